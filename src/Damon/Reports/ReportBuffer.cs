using System.Globalization;
using System.Text;
using Damon.Numbers;

namespace Damon.Reports;

/// <summary>Text of a report as bytes, handed to the stream in large pieces; nothing is allocated per line. <see cref="Flush"/> at the end.</summary>
sealed class ReportBuffer(Stream output)
{
    /// <summary>Longest number of any kind: an id of 128 bits.</summary>
    const int MaxNumber = 48;

    readonly byte[] _buffer = new byte[64 * 1024];
    int _length;

    public void Text(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        Took(text.Length);
    }

    /// <summary>ASCII text, right-aligned.</summary>
    public void Text(string text, int width = 0)
    {
        int blanks = Math.Max(0, width - text.Length);
        Span<byte> room = Room(blanks + text.Length);
        room[..blanks].Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, room[blanks..]);
        Took(blanks + text.Length);
    }

    /// <summary>A number of bytes, right-aligned. What most regions are is written without a string.</summary>
    public void Size(ulong bytes, NumberStyle style, int width)
    {
        Span<byte> text = stackalloc byte[SizeText.MaxLength];
        int length = SizeText.Format(bytes, style, text);
        int blanks = Math.Max(0, width - length);
        Span<byte> room = Room(blanks + length);
        room[..blanks].Fill((byte)' ');
        text[..length].CopyTo(room[blanks..]);
        Took(blanks + length);
    }

    /// <summary>An address: hexadecimal, at least 12 digits.</summary>
    public void Hex12(ulong value) => Took(AsciiDigits.Hex12(Room(MaxNumber), value));

    public void Number(long value, int width) => Took(AsciiDigits.Decimal(Room(MaxNumber + width), value, width));

    public void Number(ulong value) => Took(AsciiDigits.Decimal(Room(MaxNumber), value));

    public void Number(long value) => Took(AsciiDigits.Decimal(Room(MaxNumber), value));

    /// <summary>A wide number with zeros in front, up to <paramref name="digits"/> digits.</summary>
    public void Number(Int128 value, int digits = 1)
    {
        Span<char> format = stackalloc char[4];
        format[0] = 'D';
        digits.TryFormat(format[1..], out int length, default, CultureInfo.InvariantCulture);
        value.TryFormat(Room(MaxNumber), out int written, format[..(length + 1)], CultureInfo.InvariantCulture);
        Took(written);
    }

    /// <summary>A number as Python prints it.</summary>
    public void Number(double value) => Took(PythonDouble.Format(value, Room(PythonDouble.MaxLength)));

    /// <summary>Hands what is still here to the stream and flushes it.</summary>
    public void Flush()
    {
        Drain();
        output.Flush();
    }

    Span<byte> Room(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Drain();
        }

        return _buffer.AsSpan(_length);
    }

    /// <summary>Only after <see cref="Room"/>, which may have emptied the buffer.</summary>
    void Took(int count) => _length += count;

    void Drain()
    {
        int length = _length;
        _length = 0;
        output.Write(_buffer, 0, length);
    }
}
