using Damon.Monitoring;

namespace Damon.Records.Streams;

/// <summary>What tells one series of snapshots from another: the series of the record, and the target within.</summary>
readonly record struct SeriesKey(int? KdamondIndex, int? ContextIndex, int? SchemeIndex, TargetKey Target)
{
    public static SeriesKey Of(RecordSeries series, SnapshotTarget target) => Of(series, target.Key);

    /// <summary>Of threads only the instance counts: their index may become known when a part of the series was read.</summary>
    public static SeriesKey Of(RecordSeries series, TargetKey target) =>
        new(series.Thread is null ? series.KdamondIndex : null, series.ContextIndex, series.SchemeIndex, target);
}
