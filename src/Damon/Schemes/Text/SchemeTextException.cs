namespace Damon.Schemes.Text;

/// <summary>A text that should give schemes does not. The message is one line and says where, what was read, and what is accepted.</summary>
public sealed class SchemeTextException : Exception
{
    const int MaxLength = 480;

    /// <summary>Without a place: for options on a command line.</summary>
    public SchemeTextException(string message)
        : base(SchemeTextSource.Printable(message, MaxLength))
    {
    }

    /// <summary>With a place.</summary>
    /// <param name="sourceName">The file, or what else was read.</param>
    /// <param name="line">From 1.</param>
    /// <param name="column">From 1, in characters: where the wrong field begins.</param>
    /// <param name="message">What is wrong there.</param>
    public SchemeTextException(string sourceName, int line, int column, string message)
        : base($"{sourceName}: line {line}, column {column}: {SchemeTextSource.Printable(message, MaxLength)}")
    {
        SourceName = sourceName;
        Line = line;
        Column = column;
    }

    /// <summary>The file, or what else was read; null for a command line.</summary>
    public string? SourceName { get; }

    /// <summary>From 1; 0 for a command line.</summary>
    public int Line { get; }

    /// <summary>From 1; 0 for a command line.</summary>
    public int Column { get; }
}
