using Damon.Records.Streams;

namespace Damon.Reports.Access;

/// <summary>What a whole series is, known after a first pass over the record.</summary>
sealed class AccessSeries(RecordSeries series, Int128 targetId, long startNs)
{
    public RecordSeries Series { get; } = series;

    public Int128 TargetId { get; } = targetId;

    public long StartNs { get; } = startNs;

    public long EndNs { get; set; }

    public long Snapshots { get; set; }
}
