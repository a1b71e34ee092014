namespace Damon.Records.Streams;

/// <summary>What the first bytes of a file look like.</summary>
public enum RecordContent
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>No byte at all.</summary>
    Empty,

    /// <summary>The binary record format, any version.</summary>
    Binary,

    /// <summary>Text with lines of DAMON's tracepoints, as <c>perf script</c> prints them.</summary>
    TraceText,

    /// <summary>Other text.</summary>
    Text,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>A zlib stream (RFC 1950), what compressed JSON records are.</summary>
    Zlib,

    /// <summary>A gzip file (RFC 1952).</summary>
    Gzip,

    /// <summary>The recording of <c>perf record</c>, before <c>perf script</c>.</summary>
    PerfData,

    /// <summary>The recording of <c>trace-cmd record</c>, before <c>trace-cmd report</c>.</summary>
    TraceDat,

    /// <summary>An ELF file: a program, a library or a core dump.</summary>
    Elf,

    /// <summary>A compressed file of another kind (xz, zstd, bzip2).</summary>
    OtherCompressed,

    /// <summary>Only zero bytes as far as looked.</summary>
    Zeros,
}
