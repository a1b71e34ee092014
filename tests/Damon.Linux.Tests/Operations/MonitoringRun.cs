using System.Diagnostics;
using Damon.Linux.AccessChecks;
using Damon.Linux.Engine;
using Damon.Linux.Memory;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Operations;

/// <summary>Monitors processes on a thread of its own until it is disposed, and lets a test wait for what it sees.</summary>
/// <remarks>
/// Sampling windows are long, because a target on a busy machine does not run in each short one; nothing is judged by one snapshot.
/// </remarks>
sealed class MonitoringRun : IKdamondObserver, IMappingObserver, IDisposable
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(45);

    readonly LinuxClock _clock = new();
    readonly Kdamond _kdamond;
    readonly Thread _thread;
    readonly Lock _lock = new();
    readonly List<Snapshot> _snapshots = [];
    readonly List<long> _added = [];
    readonly List<long> _gone = [];
    Exception? _failure;
    KdamondEnd? _end;

    /// <param name="kind">How accesses are seen.</param>
    /// <param name="pids">The targets.</param>
    /// <param name="regions">Fixed regions of each target; none for its whole address space.</param>
    /// <param name="followsChildren">Whether descendants become targets.</param>
    /// <param name="updateMs">Time between two looks at the mappings.</param>
    public MonitoringRun(
        AccessCheckKind kind,
        IEnumerable<int> pids,
        IReadOnlyList<AddressRange>? regions = null,
        bool followsChildren = false,
        ulong updateMs = 200)
    {
        Checker = Create(kind);
        Operations = new VirtualOperations(Checker, new ProcFileSystem()) { FollowsChildren = followsChildren, KeepsGivenRegions = true, Observer = this };
        MonitoringContext context = new(Operations, seed: 1)
        {
            Attributes = new MonitoringAttributes
            {
                SampleUs = 10_000,
                AggregationUs = 100_000,
                UpdateUs = updateMs * 1000,
                MinNrRegions = 20,
                MaxNrRegions = 200,
            },
        };
        foreach (int pid in pids)
        {
            Target target = Operations.OpenTarget(pid);
            foreach (AddressRange range in regions ?? [])
            {
                target.Regions.Add(new Region(range.Start, range.End));
            }

            context.AddTarget(target);
        }

        context.Observers.Add(this);
        _kdamond = new Kdamond(context, _clock);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public IAccessChecker Checker { get; }

    public VirtualOperations Operations { get; }

    /// <summary>Pids of the targets in the order in which they came.</summary>
    public long[] Added
    {
        get
        {
            lock (_lock)
            {
                return [.. _added];
            }
        }
    }

    /// <summary>Pids of the targets that ended.</summary>
    public long[] Gone
    {
        get
        {
            lock (_lock)
            {
                return [.. _gone];
            }
        }
    }

    /// <summary>Makes an access check, or skips the test with the reason why there is none.</summary>
    public static IAccessChecker Create(AccessCheckKind kind)
    {
        try
        {
            return AccessCheckers.Create(kind);
        }
        catch (AccessCheckUnavailableException e) when (Environment.GetEnvironmentVariable("DAMON_TESTS_MAY_NOT_SKIP") is null)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    /// <summary>The snapshots so far.</summary>
    public IReadOnlyList<Snapshot> Snapshots()
    {
        lock (_lock)
        {
            return [.. _snapshots];
        }
    }

    /// <summary>Waits until <paramref name="condition"/> holds for snapshots that came after this call.</summary>
    /// <param name="what">What the condition means, for the failure.</param>
    /// <param name="condition">Gets the newest snapshots, at most eight, oldest first, and never less than three.</param>
    public void WaitUntil(string what, Func<IReadOnlyList<Snapshot>, bool> condition)
    {
        int first = Snapshots().Count;
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<Snapshot> recent = [];
        while (Stopwatch.GetElapsedTime(start) < s_limit && _end is null)
        {
            IReadOnlyList<Snapshot> all = Snapshots();
            recent = [.. all.Skip(Math.Max(first, all.Count - 8))];
            if (recent.Count >= 3 && condition(recent))
            {
                return;
            }

            Thread.Sleep(20);
        }

        Assert.Fail(
            $"{what}: not seen within {s_limit.TotalSeconds} s; end {_end}, failure {_failure?.ToString() ?? "none"}, notes "
                + $"[{string.Join(' ', Checker.Notes())}], the last snapshot is\n"
            + (recent.Count == 0 ? "(none)" : Text(recent[^1])));
    }

    /// <summary>Waits until one range is clearly hotter than another.</summary>
    public void WaitUntilHotter(AddressRange hot, AddressRange cold, int target = 0) =>
        WaitUntil($"hot {hot} and cold {cold}", s => Heat(s, hot, target) is > 0.25 and var h && Heat(s, cold, target) is { } c && c < h / 4);

    /// <summary>Waits until the run ends by itself.</summary>
    public KdamondEnd WaitForEnd()
    {
        Assert.True(_thread.Join(s_limit), "the run does not end");
        Assert.Null(_failure);
        return _end!.Value;
    }

    /// <summary>
    /// Mean share of the samples that found a range accessed, weighted by size. Null where the regions of a snapshot do not cover
    /// half of it.
    /// </summary>
    public static double? Heat(IReadOnlyList<Snapshot> snapshots, AddressRange range, int target = 0)
    {
        double sum = 0;
        foreach (Snapshot snapshot in snapshots)
        {
            double accesses = 0;
            double covered = 0;
            if (target >= snapshot.NrTargets)
            {
                return null;
            }

            foreach (ref readonly SnapshotRegion region in snapshot[target].Regions)
            {
                ulong start = Math.Max(region.Start, range.Start);
                ulong end = Math.Min(region.End, range.End);
                if (start < end)
                {
                    covered += end - start;
                    accesses += (end - start) * (double)region.NrAccesses;
                }
            }

            if (covered < range.Size / 2.0)
            {
                return null;
            }

            sum += accesses / covered / 10;
        }

        return sum / snapshots.Count;
    }

    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
    {
        lock (_lock)
        {
            _snapshots.Add(snapshot.Clone());
        }

        return true;
    }

    public void OnTargetAdded(Target target)
    {
        lock (_lock)
        {
            _added.Add(target.Id);
        }
    }

    public void OnMappings(Target target, MappingTable mappings)
    {
    }

    public void OnTargetGone(Target target)
    {
        lock (_lock)
        {
            _gone.Add(target.Id);
        }
    }

    public void Dispose()
    {
        _kdamond.Stop();
        Assert.True(_thread.Join(s_limit), "the run does not stop");
        Operations.Dispose();
        _clock.Dispose();
        Assert.Null(_failure);
    }

    static string Text(Snapshot snapshot)
    {
        List<string> lines = [];
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            lines.Add($"target {snapshot[i].Id}");
            foreach (ref readonly SnapshotRegion region in snapshot[i].Regions)
            {
                lines.Add($"  {region.Start:x}-{region.End:x} {region.NrAccesses}");
            }
        }

        return string.Join('\n', lines);
    }

    void Run()
    {
        try
        {
            _end = _kdamond.Run();
        }
        catch (Exception e)
        {
            _failure = e;
            _end = KdamondEnd.ObserverEnded;
        }
    }
}
