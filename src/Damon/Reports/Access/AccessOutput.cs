using System.Text;

namespace Damon.Reports.Access;

/// <summary>Text that is a list of parts joined by line feeds, written in large pieces.</summary>
/// <param name="output">Takes UTF-8; stays open.</param>
/// <param name="pagerRule">
/// Whether the end follows the current tool's pager, which copies a text of more lines than its screen has as it is, without the line feed that a
/// shorter one gets.
/// </param>
sealed class AccessOutput(Stream output, bool pagerRule)
{
    /// <summary>Lines of the screen where there is none.</summary>
    const int ScreenLines = 50;

    const int FlushLength = 32 * 1024;

    readonly StringBuilder _text = new();
    byte[] _bytes = [];
    bool _isAny;

    /// <summary>Line feeds so far; the parts may hold some themselves.</summary>
    public long Lines { get; private set; }

    /// <summary>Begins a part; what is appended to the result belongs to it.</summary>
    public StringBuilder Part()
    {
        if (_text.Length >= FlushLength)
        {
            Drain();
        }

        if (_isAny)
        {
            _text.Append('\n');
        }

        _isAny = true;
        return _text;
    }

    /// <summary>Writes what is left and the end.</summary>
    public void Finish()
    {
        Drain();
        if (!pagerRule || Lines <= ScreenLines)
        {
            output.Write("\n"u8);
        }

        output.Flush();
    }

    void Drain()
    {
        foreach (ReadOnlyMemory<char> chunk in _text.GetChunks())
        {
            Lines += chunk.Span.Count('\n');
            int most = Encoding.UTF8.GetMaxByteCount(chunk.Length);
            if (_bytes.Length < most)
            {
                _bytes = new byte[most];
            }

            output.Write(_bytes, 0, Encoding.UTF8.GetBytes(chunk.Span, _bytes));
        }

        _text.Clear();
    }
}
