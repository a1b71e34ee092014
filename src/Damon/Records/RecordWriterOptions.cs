using Damon.Records.Streams;

namespace Damon.Records;

/// <summary>What a writer needs beyond the snapshots.</summary>
public sealed record RecordWriterOptions
{
    /// <summary>Version of the binary format: 0, 1 or 2.</summary>
    public int BinaryVersion { get; init; } = 1;

    /// <summary>The monitoring intervals, for series that tell none themselves; JSON holds them.</summary>
    public RecordIntervals? Intervals { get; init; }

    /// <summary>Whether the stream outlives the writer.</summary>
    public bool LeaveOpen { get; init; }
}
