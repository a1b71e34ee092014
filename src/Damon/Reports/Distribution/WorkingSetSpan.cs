using Damon.Records.Streams;

namespace Damon.Reports.Distribution;

/// <summary>Which snapshots of a target a distribution is of.</summary>
/// <param name="Series">The series.</param>
/// <param name="TargetId">The target within.</param>
/// <param name="Snapshots">Number of its snapshots.</param>
/// <param name="Excluded">So many of them, at the beginning, do not count.</param>
/// <param name="SnapshotNs">Mean length of a snapshot in nanoseconds; 0 where a single one does not say.</param>
/// <param name="IsExact">Whether the sizes are those that the access check counted itself, rather than sums of regions.</param>
readonly record struct WorkingSetSpan(RecordSeries Series, Int128 TargetId, int Snapshots, int Excluded, double SnapshotNs, bool IsExact);
