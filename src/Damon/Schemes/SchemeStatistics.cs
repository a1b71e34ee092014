using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>What a scheme has done so far. Written by the thread that owns the context; others may read single values at any time.</summary>
public sealed class SchemeStatistics
{
    /// <summary>Regions that matched and were tried.</summary>
    public ulong NrTried { get; internal set; }

    /// <summary>Their bytes.</summary>
    public ulong SizeTried { get; internal set; }

    /// <summary>Regions on which the action did something.</summary>
    public ulong NrApplied { get; internal set; }

    /// <summary>The bytes on which it did.</summary>
    public ulong SizeApplied { get; internal set; }

    /// <summary>Bytes that passed the filters by kind of page.</summary>
    public ulong SizeOpsFilterPassed { get; internal set; }

    /// <summary>Windows in which the quota was used up.</summary>
    public ulong QuotaExceeds { get; internal set; }

    /// <summary>Passes over all regions.</summary>
    public ulong NrSnapshots { get; internal set; }

    /// <summary>Time that the action took, in nanoseconds.</summary>
    public long ActionNs { get; internal set; }

    /// <summary>The counters as a snapshot carries them.</summary>
    /// <param name="maxNrSnapshots">The scheme's limit of passes.</param>
    public SnapshotSchemeStatistics ToSnapshot(ulong maxNrSnapshots) =>
        new(NrTried, SizeTried, NrApplied, SizeApplied, SizeOpsFilterPassed, QuotaExceeds, NrSnapshots, maxNrSnapshots);
}
