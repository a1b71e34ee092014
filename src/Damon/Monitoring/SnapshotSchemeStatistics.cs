namespace Damon.Monitoring;

/// <summary>Counters of a scheme at the time of a snapshot, all since the scheme began.</summary>
/// <param name="NrTried">Regions that the scheme was tried on.</param>
/// <param name="SizeTried">Their bytes.</param>
/// <param name="NrApplied">Regions that the scheme was applied to.</param>
/// <param name="SizeApplied">Their bytes.</param>
/// <param name="SizeOpsFilterPassed">Bytes that passed the filters of the operations set.</param>
/// <param name="QuotaExceeds">How often the quota was exceeded.</param>
/// <param name="NrSnapshots">Snapshots that the scheme was applied on.</param>
/// <param name="MaxNrSnapshots">Limit of those; 0 is none.</param>
public readonly record struct SnapshotSchemeStatistics(
    ulong NrTried,
    ulong SizeTried,
    ulong NrApplied,
    ulong SizeApplied,
    ulong SizeOpsFilterPassed,
    ulong QuotaExceeds,
    ulong NrSnapshots,
    ulong MaxNrSnapshots);
