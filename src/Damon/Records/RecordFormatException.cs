namespace Damon.Records;

/// <summary>
/// The data is no record that can be read, or a snapshot has something that the format to be written cannot hold. The message says in
/// one line what it is and what is accepted.
/// </summary>
public sealed class RecordFormatException : FormatException
{
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
}
