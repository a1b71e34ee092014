namespace Damon.Records;

/// <summary>What a reader of trace text remembers of a series.</summary>
sealed class TraceSeries(RecordSeries series)
{
    public RecordSeries Series { get; } = series;

    /// <summary>End of the snapshot read last; null before the first.</summary>
    public long? LastNs { get; set; }
}
