using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.DebugFs;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Linux.Tests.KernelDamon.Models;
using Damon.Monitoring;
using Damon.Records.Binary;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Linux.Tests.KernelDamon.DebugFs;

public sealed class DebugFsBackendTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    DebugFsBackend Backend(DebugFsModel model, TraceModel trace) => new(model, trace, new OwnershipNotes(_folder.Path, new ProcFileSystem()), static _ => { });

    static MonitoringRequest Request(DebugFsEra era, bool withRegions = true) => new()
    {
        Context = new ContextSpecification
        {
            Targets = [new ContextTarget { Pid = 187, Regions = withRegions && era != DebugFsEra.V515 ? [new(4096, 8192), new(8192, 12288)] : [] }],
            Attributes = new MonitoringAttributes { SampleUs = 1000, AggregationUs = 20_000, MinNrRegions = 5 },
            Schemes = era == DebugFsEra.V515 ? [] : [new Scheme { Pattern = new AccessPattern { MinSize = 4096, MaxAge = PatternBound.OfCount(100) } }],
        },
    };

    [Theory]
    [InlineData("Pids", nameof(ColumnLayout.Pattern))]
    [InlineData("Pids", nameof(ColumnLayout.SizeQuota))]
    [InlineData("TargetIds", nameof(ColumnLayout.Weights))]
    [InlineData("TargetIds", nameof(ColumnLayout.Watermarks))]
    [InlineData("V515", nameof(ColumnLayout.TimeQuota))]
    [InlineData("V516", nameof(ColumnLayout.TimeQuota))]
    [InlineData("V518", nameof(ColumnLayout.TimeQuota))]
    [InlineData("Deprecated", nameof(ColumnLayout.TimeQuota))]
    public void Every_generation_monitors_and_is_as_before_afterwards(string generation, string layoutName)
    {
        ColumnLayout layout = Enum.Parse<ColumnLayout>(layoutName);
        DebugFsEra era = Enum.Parse<DebugFsEra>(generation);
        DebugFsModel model = new(era, layout);
        TraceModel trace = new();
        Assert.Equal(Errno.None, model.Write("attrs", "4000 90000 900000 7 70\n"));
        if (era != DebugFsEra.V515)
        {
            string columns = string.Join(' ', Enumerable.Repeat("2", SchemeColumns.CountOf(layout)));
            Assert.Equal(Errno.None, model.Write("schemes", columns + "\n"));
        }

        List<string> before = model.Dump();
        model.OnStart = () =>
        {
            if (era <= DebugFsEra.TargetIds)
            {
                WriteRecord(model.Record.Split(' ')[1]);
            }
            else
            {
                // Kernels before 5.18 name targets by addresses of their own.
                string id = era < DebugFsEra.V518 ? "18446623435582458880" : "0";
                trace.Text.Enqueue($" kdamond.0-500 [000] ..... 1.100000: damon_aggregated: target_id={id} nr_regions=1 4096-8192: 3 1\n");
            }
        };
        int waits = 0;
        KeepingObserver observer = new();
        DebugFsBackend backend = new(model, trace, new OwnershipNotes(_folder.Path, new ProcFileSystem()), _ =>
        {
            if (waits++ > 3)
            {
                model.End();
            }
        });
        Assert.Null(backend.WhyNot(Request(era)));
        using (IMonitoringRun run = backend.Open(Request(era)))
        {
            Assert.StartsWith("1000 20000 1000000 5 1000", model.Attributes, StringComparison.Ordinal);
            run.Start();
            Assert.True(model.IsOurs);
            Assert.Equal(KdamondEnd.TargetsGone, run.Watch(observer));
            if (era != DebugFsEra.V515)
            {
                SnapshotSchemeStatistics statistics = Assert.Single(run.ReadSchemeStatistics());
                Assert.Equal((7UL, 28672UL, era >= DebugFsEra.V518 ? 3UL : 0), (statistics.NrTried, statistics.SizeTried, statistics.NrApplied));
            }

            Assert.Empty(run.Notes);
        }

        Snapshot snapshot = Assert.Single(observer.Snapshots);
        Assert.Equal(187, snapshot[0].Id);
        Assert.Equal(4096UL, snapshot[0].Regions[0].Start);
        Assert.Equal(before, model.Dump());
        Assert.Empty(trace.Instances.Children);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.json"));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.data"));
    }

    [Fact]
    public void The_guides_program_takes_the_first_that_can_be_used()
    {
        DebugFsModel taken = new(DebugFsEra.V518, ColumnLayout.TimeQuota);
        taken.Write("target_ids", "1\n");
        taken.Write("monitor_on", "on\n");
        List<string> before = taken.Dump();
        DebugFsModel free = new(DebugFsEra.V518, ColumnLayout.TimeQuota);
        TraceModel trace = new();
        free.OnStart = () => trace.Text.Enqueue(" kdamond.0-500 [000] ..... 1.100000: damon_aggregated: target_id=0 nr_regions=1 4096-12288: 3 1\n");
        int waits = 0;
        DebugFsBackend second = new(free, trace, new OwnershipNotes(_folder.Path, new ProcFileSystem()), _ =>
        {
            if (waits++ > 3)
            {
                free.End();
            }
        });

        StringWriter output = new();
        TextWriter console = Console.Out;
        Console.SetOut(output);
        try
        {
            global::Programming.KernelDamon.Run([Backend(taken, new TraceModel()), second], 187);
        }
        finally
        {
            Console.SetOut(console);
        }

        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("debugfs: ", lines[0], StringComparison.Ordinal);
        Assert.Equal(["8 KiB accessed", "debugfs: TargetsGone"], lines[1..]);
        Assert.Equal(before, taken.Dump());
    }

    static void WriteRecord(string path)
    {
        using BinaryRecordWriter writer = new(File.Create(path));
        Snapshot snapshot = new();
        snapshot.Reset(1_100_000_000);
        snapshot.AddTarget(187);
        snapshot.AddRegion(new SnapshotRegion(4096, 8192, 3, 1));
        writer.Write(snapshot);
    }

    [Fact]
    public void Monitoring_of_another_program_is_left_alone()
    {
        DebugFsModel model = new(DebugFsEra.V518) { IsForeign = true };
        TraceModel trace = new();
        Assert.Equal("somebody else monitors ('/model/damon/monitor_on' is on)", Backend(model, trace).WhyNot());
        Assert.Throws<KernelDamonException>(() => Backend(model, trace).Open(Request(DebugFsEra.V518)));
        Assert.Empty(model.Written);
    }

    [Fact]
    public void A_run_that_others_start_after_ours_ended_is_left_alone()
    {
        DebugFsModel model = new(DebugFsEra.V518);
        TraceModel trace = new();
        using (IMonitoringRun run = Backend(model, trace).Open(Request(DebugFsEra.V518)))
        {
            run.Start();
            trace.OnEmpty = () =>
            {
                model.End();
                model.IsForeign = true;
            };
            Assert.Equal(KdamondEnd.TargetsGone, run.Watch(new KeepingObserver()));
            model.Written.Clear();
        }

        Assert.True(model.IsForeign);
        Assert.DoesNotContain("monitor_on=off\n", model.Written);
        Assert.Equal("5000 100000 1000000 10 1000", model.Attributes);
    }

    [Fact]
    public void Debugfs_is_taken_when_others_have_contexts()
    {
        DebugFsModel model = new(DebugFsEra.V518);
        model.With("ctx1/attrs", "5000 100000 1000000 10 1000");
        Assert.Contains("'ctx1'", Backend(model, new TraceModel()).WhyNot(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_scheme_whose_columns_the_kernel_lacks_is_refused()
    {
        DebugFsModel model = new(DebugFsEra.TargetIds, ColumnLayout.Pattern);
        MonitoringRequest request = Request(DebugFsEra.TargetIds);
        request = request with { Context = request.Context with { Schemes = [new Scheme { Quota = new SchemeQuota { SizeBytes = 5 } }] } };
        List<string> before = model.Dump();
        KernelDamonException e = Assert.Throws<KernelDamonException>(() => Backend(model, new TraceModel()).Open(request));
        Assert.Contains("no column for quotas", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Dump());
    }

    [Theory]
    [InlineData("Pids")]
    [InlineData("V518")]
    public void Physical_memory_is_named_as_the_generation_does(string generation)
    {
        DebugFsModel model = new(Enum.Parse<DebugFsEra>(generation));
        MonitoringRequest request = new()
        {
            Context = new ContextSpecification { Operations = AddressSpace.Physical, Targets = [new ContextTarget { Regions = [new(4096, 1 << 30)] }] },
        };
        using IMonitoringRun run = Backend(model, new TraceModel()).Open(request);
        run.Start();
        Assert.Equal($"{(generation == "Pids" ? "-1" : "0")} 4096 1073741824", model.Says("init_regions"));
    }

    [Theory]
    [InlineData("V518")]
    [InlineData("Pids")]
    public void A_failure_of_any_operation_leaves_nothing_of_ours(string generation)
    {
        DebugFsEra era = Enum.Parse<DebugFsEra>(generation);
        int operations = Run(0);
        Assert.InRange(operations, 30, 2000);
        for (int i = 1; i <= operations; i++)
        {
            _ = Run(i);
        }

        int Run(int failsAt)
        {
            ModelFaults faults = new();
            DebugFsModel model = new(era, faults: faults);
            TraceModel trace = new(faults);
            List<string> before = model.Dump();
            faults.FailsAt = failsAt;
            int waits = 0;
            IMonitoringRun? run = null;
            try
            {
                run = new DebugFsBackend(model, trace, new OwnershipNotes(_folder.Path, new ProcFileSystem()), _ =>
                {
                    if (waits++ > 3)
                    {
                        run?.RequestStop();
                    }
                }).Open(Request(era));
                run.Start();
                _ = run.Watch(new KeepingObserver());
            }
            catch (KernelDamonException)
            {
                Assert.NotEqual(0, failsAt);
            }

            run?.Dispose();
            Assert.False(model.IsOurs);
            Assert.Empty(trace.Instances.Children);
            Assert.True(before.SequenceEqual(model.Dump()), $"operation {failsAt}: {string.Join(", ", model.Dump().Except(before))}");
            foreach (string note in Directory.EnumerateFiles(_folder.Path))
            {
                File.Delete(note);
            }

            return faults.Count;
        }
    }
}
