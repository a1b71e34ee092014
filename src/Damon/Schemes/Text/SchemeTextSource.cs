using System.Globalization;
using System.Text;

namespace Damon.Schemes.Text;

/// <summary>A text being read, its name for messages, and what is common to all forms.</summary>
sealed class SchemeTextSource
{
    /// <summary>Longest text of any form, in characters: thousands of times what 256 schemes need.</summary>
    public const int MaxLength = 4 << 20;

    const int MaxQuoted = 60;
    const char ByteOrderMark = '\ufeff';

    /// <exception cref="SchemeTextException">It is too long.</exception>
    public SchemeTextSource(string text, string name)
    {
        Name = Printable(name, int.MaxValue);
        Text = text.Length > 0 && text[0] == ByteOrderMark ? text[1..] : text;
        if (text.Length > MaxLength)
        {
            throw Fault(1, 1, string.Create(CultureInfo.InvariantCulture, $"the text has {text.Length} characters, but {MaxLength} are the most"));
        }
    }

    /// <summary>For messages.</summary>
    public string Name { get; }

    /// <summary>Without a byte order mark.</summary>
    public string Text { get; }

    /// <summary>An error at a place.</summary>
    public SchemeTextException Fault(int line, int column, string message) => new(Name, line, column, message);

    /// <summary>What was read, in quotation marks, on one line, and cut where it is long.</summary>
    public static string Quote(ReadOnlySpan<char> read) => $"'{Printable(read, MaxQuoted)}'";

    /// <summary>On one line, without what a terminal would obey, and cut where it is long.</summary>
    public static string Printable(ReadOnlySpan<char> text, int most)
    {
        StringBuilder line = new();
        foreach (char c in text.Length > most ? text[..most] : text)
        {
            line.Append(char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029' ? '?' : c);
        }

        return text.Length > most ? line.Append("...").ToString() : line.ToString();
    }
}
