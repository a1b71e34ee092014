namespace Damon.Records.Streams;

/// <summary>Ends of the first and the last snapshot of a series, and their number.</summary>
readonly record struct SeriesSpan(long FirstNs, long LastNs, long Count)
{
    /// <summary>When the first snapshot began, by the mean length of all; null for a single one.</summary>
    /// <remarks>Through doubles and cut to a whole number, as the tools did; their files show it.</remarks>
    public long? FirstStartNs => (long?)FirstStart;

    /// <summary><see cref="FirstStartNs"/> with its fraction.</summary>
    public double? FirstStart => Count < 2 ? null : FirstNs - ((double)(LastNs - FirstNs) / (Count - 1));

    public SeriesSpan With(long ns) => new(FirstNs, ns, Count + 1);
}
