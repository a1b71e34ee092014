namespace Damon.Records.Streams;

/// <summary>How <see cref="RecordInput.ReadLine"/> ended.</summary>
enum RecordLineStatus
{
    /// <summary>No byte was left.</summary>
    End,

    /// <summary>A line that ended with a line feed.</summary>
    Whole,

    /// <summary>The bytes after the last line feed.</summary>
    Unterminated,

    /// <summary>More bytes than allowed without a line feed; nothing was consumed.</summary>
    TooLong,
}
