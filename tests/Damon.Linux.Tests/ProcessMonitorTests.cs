using Damon.Linux.AccessChecks;
using Damon.Linux.Processes;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;
using Damon.Schemes;

namespace Damon.Linux.Tests;

public sealed class ProcessMonitorTests
{
    const ulong MiB = 1 << 20;
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void Settings_that_cannot_be_are_refused_before_anything_starts()
    {
        using TargetProcess target = TargetProcess.Start();
        ProcessMonitorOptions good = new() { ProcessIds = [target.Pid], AccessCheck = AccessCheckKind.ClearRefs };
        int descriptors = OpenDescriptors(target.Pid);
        Assert.Contains("no process", Refused<ArgumentException>(good with { ProcessIds = [] }).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Refused<ArgumentException>(good with { ProcessIds = [target.Pid, target.Pid] }).Message, StringComparison.Ordinal);
        Assert.Contains(
            "ptrace",
            Refused<ArgumentException>(good with { ProcessIds = [Environment.ProcessId], AllowPtrace = true }).Message,
            StringComparison.Ordinal);
        Assert.Contains("whole pages", Refused<ArgumentException>(good with { Regions = [new AddressRange(4096, 8193)] }).Message, StringComparison.Ordinal);
        Assert.Contains(
            "before the end",
            Refused<ArgumentException>(good with { Regions = [new AddressRange(4096, 12288), new AddressRange(8192, 16384)] }).Message,
            StringComparison.Ordinal);
        Assert.Contains("regions", Refused<ArgumentException>(good with { Attributes = new() { MinNrRegions = 2 } }).Message, StringComparison.Ordinal);
        Assert.Contains(
            "LruPrio cannot be done",
            Refused<ArgumentException>(good with { Schemes = [new Scheme { Action = SchemeAction.LruPrio }] }).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => ProcessMonitor.Start(good with { OverheadPercent = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ProcessMonitor.Start(good with { HotPercent = 101 }));
        Assert.Contains(
            "there is no process",
            Refused<TargetOpenException>(good with { ProcessIds = [target.Pid, int.MaxValue] }).Message,
            StringComparison.Ordinal);
        Assert.Equal(descriptors, OpenDescriptors(target.Pid));
    }

    [Fact]
    public async Task A_process_is_monitored_and_named_until_it_ends()
    {
        using TargetProcess target = TargetProcess.Start();
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "mapped");
        AddressRange mapped = target.Map("file", MiB, file);
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions
        {
            ProcessIds = [target.Pid],
            AccessCheck = AccessCheckKind.ClearRefs,
            OnSnapshot = snapshot => _ = snapshot[0].Regions.Length > 0 && seen.TrySetResult(),
        });
        await seen.Task.WaitAsync(s_limit, TestContext.Current.CancellationToken);

        Assert.Equal(AccessCheckKind.ClearRefs, monitor.AccessCheck);
        Assert.False(monitor.IsPerPage);
        Assert.Null(monitor.Heap);
        Assert.Equal(file, monitor.NameOf(target.Pid, mapped.Start));
        Assert.Null(monitor.NameOf(target.Pid, 4096));
        Assert.Null(monitor.NameOf(1, mapped.Start));
        Assert.Contains(monitor.MappingsOf(target.Pid), mapping => mapping.Range == mapped && mapping.Name == file);
        target.Kill();
        Assert.Equal(KdamondEnd.TargetsGone, await monitor.Completion.WaitAsync(s_limit, TestContext.Current.CancellationToken));
        Assert.Equal(KdamondEnd.TargetsGone, monitor.Stop());
        Assert.Empty(monitor.MappingsOf(target.Pid));
    }

    [Fact]
    public async Task A_run_is_recorded_with_its_programs_and_names()
    {
        using TargetProcess target = TargetProcess.Start();
        using TemporaryFolder folder = new();
        string mappedFile = Path.Combine(folder.Path, "mapped");
        AddressRange mapped = target.Map("file", MiB, mappedFile);
        string path = Path.Combine(folder.Path, "damon.data");
        byte[] kept = new byte[300_000];
        using (ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions
        {
            ProcessIds = [Environment.ProcessId, target.Pid],
            AccessCheck = AccessCheckKind.ClearRefs,
            Attributes = new() { UpdateUs = 200_000 },
            RecordPath = path,
        }))
        {
            while (monitor.Heap!.Ranges.Count == 0)
            {
                GC.Collect(0);
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            // The names of the heap reach the record at an update.
            long more = monitor.Record!.Snapshots + 8;
            while (monitor.Record.Snapshots < more)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            Assert.Equal(KdamondEnd.Stopped, monitor.Stop());
            Assert.Null(monitor.Record.Fault);
            Assert.Equal(monitor.Record.Snapshots, Snapshots(path));
        }

        GC.KeepAlive(kept);
        using FileStream sidecar = File.OpenRead(path + SidecarFormat.Suffix);
        RecordMetadata metadata = SidecarReader.Load(sidecar);
        Assert.Null(metadata.Problem);
        Assert.True(metadata.IsComplete);
        Assert.Equal("stopped", metadata.Summary!.EndReason);
        Assert.Equal("clear-refs", metadata.Header!.AccessCheck!.Name);
        Assert.Equal([Environment.ProcessId, target.Pid], metadata.Header.Request!.Pids);
        Assert.Equal(Environment.ProcessPath, metadata.Targets.First(t => t.Id == Environment.ProcessId).Exe);
        Assert.Contains(MappingsOf(target.Pid), m => (m.Start, m.End, m.Name, m.Perms) == (mapped.Start, mapped.End, mappedFile, "rw-s"));
        IReadOnlyList<RecordMapping> own = MappingsOf(Environment.ProcessId);
        Assert.Contains(own, m => m.Name!.StartsWith("[gc ", StringComparison.Ordinal));
        Assert.Equal(own.OrderBy(m => m.Start), own);
        Assert.All(own.Zip(own.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.Start));

        IReadOnlyList<RecordMapping> MappingsOf(int pid) => metadata.Mappings.Last(m => m.TargetId == pid).Mappings;
    }

    [Fact]
    public void A_run_that_cannot_start_leaves_the_record_of_the_last_one()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "damon.data");
        File.WriteAllText(path, "of the last run");
        Refused<TargetOpenException>(new ProcessMonitorOptions { ProcessIds = [int.MaxValue], AccessCheck = AccessCheckKind.ClearRefs, RecordPath = path });
        Assert.Equal("of the last run", File.ReadAllText(path));
        Assert.Equal([path], Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public void A_record_that_cannot_be_made_is_an_error_before_anything_starts()
    {
        using TargetProcess target = TargetProcess.Start();
        int descriptors = OpenDescriptors(target.Pid);
        Assert.ThrowsAny<IOException>(() =>
            ProcessMonitor.Start(new ProcessMonitorOptions
            {
                ProcessIds = [target.Pid],
                AccessCheck = AccessCheckKind.ClearRefs,
                RecordPath = "/nowhere/damon.data",
            }));
        Assert.Equal(descriptors, OpenDescriptors(target.Pid));
    }

    static long Snapshots(string path)
    {
        using IRecordReader reader = RecordReaders.Open(File.OpenRead(path));
        Snapshot snapshot = new();
        long snapshots = 0;
        while (reader.Read(snapshot))
        {
            snapshots++;
        }

        Assert.Null(reader.Damage);
        return snapshots;
    }

    [Fact]
    public async Task Two_monitors_of_one_process_run_beside_each_other()
    {
        using TargetProcess target = TargetProcess.Start();
        CountdownEvent seen = new(2 * 5);
        ProcessMonitorOptions options = new()
        {
            ProcessIds = [target.Pid],
            AccessCheck = AccessCheckKind.ClearRefs,
            OnSnapshot = snapshot => _ = !seen.IsSet && snapshot[0].Regions.Length > 0 && seen.Signal(),
        };
        using ProcessMonitor first = ProcessMonitor.Start(options);
        using ProcessMonitor second = ProcessMonitor.Start(options);
        Assert.True(seen.Wait(s_limit, TestContext.Current.CancellationToken));
        Assert.Equal(KdamondEnd.Stopped, first.Stop());
        Assert.False(second.Completion.IsCompleted);
        target.Kill();
        Assert.Equal(KdamondEnd.TargetsGone, await second.Completion.WaitAsync(s_limit, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Regions_that_are_given_stay()
    {
        using TargetProcess target = TargetProcess.Start();
        AddressRange range = target.Map("anon", 4 * MiB);
        TaskCompletionSource<Snapshot> seen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions
        {
            ProcessIds = [target.Pid],
            AccessCheck = AccessCheckKind.ClearRefs,
            Regions = [range],
            OnSnapshot = snapshot => seen.TrySetResult(snapshot.Clone()),
        });
        Snapshot snapshot = await seen.Task.WaitAsync(s_limit, TestContext.Current.CancellationToken);
        SnapshotRegion[] regions = snapshot[0].Regions.ToArray();
        Assert.Equal(range, new AddressRange(regions[0].Start, regions[^1].End));
        Assert.Equal(range.Size, regions.Aggregate(0UL, (sum, region) => sum + region.Size));
    }

    [Fact]
    public async Task An_exception_of_an_observer_ends_the_run_and_nothing_else()
    {
        using TargetProcess target = TargetProcess.Start();
        InvalidOperationException fault = new("enough");
        using ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions
        {
            ProcessIds = [target.Pid],
            AccessCheck = AccessCheckKind.ClearRefs,
            OnSnapshot = _ => throw fault,
        });
        Assert.Same(
            fault,
            await Assert.ThrowsAsync<InvalidOperationException>(() => monitor.Completion.WaitAsync(s_limit, TestContext.Current.CancellationToken)));
        Assert.Same(fault, Assert.Throws<InvalidOperationException>(() => monitor.Stop()));
    }

    [Fact]
    public async Task A_monitor_cannot_be_stopped_from_its_own_thread()
    {
        using TargetProcess target = TargetProcess.Start();
        using ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions { ProcessIds = [target.Pid], AccessCheck = AccessCheckKind.ClearRefs });
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            monitor.Kdamond.Invoke(_ => monitor.Stop()).WaitAsync(s_limit, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            monitor.Kdamond.Invoke(_ => monitor.Dispose()).WaitAsync(s_limit, TestContext.Current.CancellationToken));
        Assert.Equal(KdamondEnd.Stopped, monitor.Stop());
    }

    [Fact]
    public async Task Requests_may_come_after_it_is_disposed()
    {
        using TargetProcess target = TargetProcess.Start();
        ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions { ProcessIds = [target.Pid], AccessCheck = AccessCheckKind.ClearRefs });
        monitor.Dispose();
        bool isDone = false;
        await monitor.Kdamond.Invoke(_ => isDone = true);
        monitor.Kdamond.Stop();
        monitor.Dispose();
        Assert.True(isDone);
    }

    [Fact]
    public void Everything_is_given_back()
    {
        using TargetProcess target = TargetProcess.Start();
        int before = OpenDescriptors(target.Pid);
        for (int i = 0; i < 3; i++)
        {
            using ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions
            {
                ProcessIds = [target.Pid],
                AccessCheck = AccessCheckKind.ClearRefs,
            });
            Assert.True(OpenDescriptors(target.Pid) > before);
        }

        Assert.Equal(before, OpenDescriptors(target.Pid));
    }

    [Fact]
    public async Task Schemes_go_to_actions_of_the_program()
    {
        using TargetProcess target = TargetProcess.Start();
        CountingActions actions = new();
        Scheme scheme = new() { Action = SchemeAction.LruPrio };
        using ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions
        {
            ProcessIds = [target.Pid],
            AccessCheck = AccessCheckKind.ClearRefs,
            Schemes = [scheme],
            Actions = actions,
        });
        await actions.Called.WaitAsync(s_limit, TestContext.Current.CancellationToken);
        monitor.Stop();
        Assert.True(scheme.Statistics.SizeApplied > 0);
        Assert.Equal(scheme.Statistics.SizeTried, scheme.Statistics.SizeApplied);
    }

    /// <summary>Descriptors of this process that are about one other process: those of other tests do not count.</summary>
    static int OpenDescriptors(int pid)
    {
        int count = 0;
        foreach (string path in Directory.EnumerateFiles("/proc/self/fdinfo"))
        {
            try
            {
                string text = File.ReadAllText(path);
                count += text.Contains($"Pid:\t{pid}\n", StringComparison.Ordinal) ? 1 : 0;
            }
            catch (IOException)
            {
                // Closed meanwhile.
            }
        }

        return count;
    }

    static T Refused<T>(ProcessMonitorOptions options)
        where T : Exception => Assert.Throws<T>(() => ProcessMonitor.Start(options));

    sealed class CountingActions : ISchemeActions
    {
        readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Called => _called.Task;

        public SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed)
        {
            _called.TrySetResult();
            return new SchemeOutcome(region.Size, region.Size);
        }
    }
}
