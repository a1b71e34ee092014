namespace Damon.Records.Streams;

/// <summary>A format that records can be written in.</summary>
public enum RecordFormat
{
    /// <summary>The binary format of the first tools.</summary>
    Binary,

    /// <summary>Text as <c>perf script</c> prints it.</summary>
    PerfScript,

    /// <summary>JSON, indented as damo does.</summary>
    Json,

    /// <summary>JSON compressed by zlib.</summary>
    JsonCompressed,
}
