namespace Damon.Records.Streams;

/// <summary>
/// The data is no record that can be read, or a snapshot has something that the format to be written cannot hold. The message says in
/// one line what it is and what is accepted.
/// </summary>
public sealed class RecordFormatException : FormatException
{
    const string Accepted =
        "DAMON's binary record format (versions 0, 1 and 2), text of 'perf script', 'perf trace' or 'trace-cmd report', JSON records, and each of these "
            + "compressed by zlib or gzip";

    /// <summary>Creates the exception without a message.</summary>
    public RecordFormatException()
    {
    }

    /// <summary>Creates the exception for data of unknown kind.</summary>
    public RecordFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public RecordFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception for data that was recognised.</summary>
    public RecordFormatException(string message, RecordContent content)
        : base(message) => Content = content;

    /// <summary>What the data looks like.</summary>
    public RecordContent Content { get; }

    /// <summary>Why data that is no record is refused.</summary>
    /// <param name="content">What it looks like.</param>
    /// <param name="name">Name of the file, for the command that would turn it into something readable; null where unknown.</param>
    internal static RecordFormatException Of(RecordContent content, string? name = null)
    {
        string file = name ?? "FILE";
        string looks = content switch
        {
            RecordContent.Empty => "the file is empty",
            RecordContent.TraceText => "this looks like text with DAMON trace lines (perf script)",
            RecordContent.Text => "this looks like plain text, without a line of a DAMON event",
            RecordContent.Json => "this looks like JSON, but not like the records of DAMON (an array of objects with snapshots)",
            RecordContent.Zlib => "this looks like zlib-compressed data within compressed data",
            RecordContent.Gzip => "this looks like a gzip file within compressed data",
            RecordContent.PerfData => $"this looks like a recording of perf (perf.data); make text of it with: perf script -i {file} > {file}.txt",
            RecordContent.TraceDat => $"this looks like a recording of trace-cmd (trace.dat); make text of it with: trace-cmd report {file} > {file}.txt",
            RecordContent.Elf => "this looks like an ELF file (a program, library or core dump)",
            RecordContent.OtherCompressed => "this looks like a compressed file (xz, zstd or bzip2)",
            RecordContent.Zeros => "this has only zero bytes at its beginning",
            _ => "this is no record known here: no magic, and its first bytes are no time of a version 0 record",
        };
        return new RecordFormatException($"{looks}; accepted: {Accepted}", content);
    }

    /// <summary>Why data is refused whose very beginning cannot be decompressed.</summary>
    internal static RecordFormatException OfBroken(RecordContent content) => new(
        $"this looks like {(content == RecordContent.Gzip ? "a gzip file" : "zlib-compressed data")}, but it cannot be decompressed; accepted: "
            + $"{Accepted}", content);
}
