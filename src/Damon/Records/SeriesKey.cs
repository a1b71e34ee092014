using Damon.Monitoring;

namespace Damon.Records;

/// <summary>What tells one series of snapshots from another: the series of the record, and the target within.</summary>
readonly record struct SeriesKey(int? KdamondIndex, int? ContextIndex, int? SchemeIndex, Int128 TargetId)
{
    public static SeriesKey Of(RecordSeries series, SnapshotTarget target) =>
        new(series.KdamondIndex, series.ContextIndex, series.SchemeIndex, target.Id);
}
