using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Damon.Numbers;

/// <summary>
/// Numbers as the texts in JSON records hold them: plain, with thousands commas, with units (<c>4.000 KiB</c>, <c>1 s 200 ms</c>), or
/// <c>min</c> and <c>max</c>. Plain whole numbers are exact to 64 bits; all else goes through a double and is cut.
/// </summary>
static class NumberText
{
    /// <summary>More characters are no number.</summary>
    const int MaxLength = 64;

    const double NsPerUs = 1e3;

    /// <summary>A count: <c>0</c> to 2^64-1.</summary>
    public static bool TryCount(ReadOnlySpan<byte> text, out ulong value) => TryScaled(text, static _ => 0, out value);

    /// <summary>A size in bytes; the units are powers of 1024.</summary>
    public static bool TryBytes(ReadOnlySpan<byte> text, out ulong value) => TryScaled(text, static unit => Units.Size(unit, ignoreCase: false), out value);

    /// <summary>A time in nanoseconds.</summary>
    /// <param name="text">One or several numbers, each with its unit; a plain number may be negative.</param>
    /// <param name="plainNs">What a plain number counts, in nanoseconds.</param>
    /// <param name="ns">The sum.</param>
    public static bool TryNs(ReadOnlySpan<byte> text, double plainNs, out double ns)
    {
        ns = 0;
        text = text.Trim((byte)' ');
        if (text.IsEmpty || text.Length > MaxLength)
        {
            return false;
        }

        while (!text.IsEmpty)
        {
            if (!TryTake(ref text, out _, out double value, out _)
                || !TryUnit(ref text, static unit => Units.Time(unit, ignoreCase: false), plainNs, out double factor))
            {
                return false;
            }

            ns += value * factor;
        }

        return true;
    }

    /// <summary>A time as a record tells it: whole nanoseconds, exact where they are plain.</summary>
    public static bool TryTime(ReadOnlySpan<byte> text, out long ns)
    {
        if (Utf8Parser.TryParse(text, out ns, out int consumed) && consumed == text.Length)
        {
            return true;
        }

        bool isTime = TryNs(text, 1, out double value) && Math.Abs(value) < long.MaxValue;
        ns = isTime ? (long)value : 0;
        return isTime;
    }

    /// <summary>A time in microseconds.</summary>
    public static bool TryUs(ReadOnlySpan<byte> text, out double us)
    {
        bool isTime = TryNs(text, NsPerUs, out double ns);
        us = ns / NsPerUs;
        return isTime;
    }

    /// <summary>A number with decimals; with a percent sign as many hundredths of <paramref name="whole"/>.</summary>
    public static bool TryRatio(ReadOnlySpan<byte> text, double whole, out double value)
    {
        text = text.Trim((byte)' ');
        bool isPercent = text.EndsWith("%"u8);
        text = isPercent ? text[..^1].TrimEnd((byte)' ') : text;
        bool isNumber = text.Length <= MaxLength && TryTake(ref text, out _, out value, out _) && text.IsEmpty ? true : Fail(out value);
        value = isPercent ? value / 100 * whole : value;
        return isNumber;
    }

    static bool TryScaled(ReadOnlySpan<byte> text, Func<ReadOnlySpan<char>, ulong> units, out ulong value)
    {
        value = 0;
        text = text.Trim((byte)' ');
        if (text.Length > MaxLength || !TryTake(ref text, out ulong whole, out double number, out bool isWhole)
            || !TryUnit(ref text, units, 1, out double factor) || !text.IsEmpty || number < 0)
        {
            return false;
        }

        double scaled = number * factor;
        value = isWhole && factor == 1 ? whole : scaled >= ulong.MaxValue ? ulong.MaxValue : (ulong)scaled;
        return true;
    }

    /// <summary>Takes a number and the blanks after it.</summary>
    static bool TryTake(scoped ref ReadOnlySpan<byte> text, out ulong whole, out double value, out bool isWhole)
    {
        whole = 0;
        value = 0;
        isWhole = true;
        if (text.StartsWith("min"u8) || text.StartsWith("max"u8))
        {
            whole = text[1] == 'a' ? ulong.MaxValue : 0;
            value = whole;
            text = text[3..].TrimStart((byte)' ');
            return true;
        }

        Span<byte> digits = stackalloc byte[MaxLength];
        int length = 0;
        int at = 0;
        for (; at < text.Length; at++)
        {
            byte c = text[at];
            if (c is >= (byte)'0' and <= (byte)'9' or (byte)'.' or (byte)'e' or (byte)'E'
                || (c is (byte)'-' or (byte)'+' && (at == 0 || text[at - 1] is (byte)'e' or (byte)'E')))
            {
                digits[length++] = c;
            }
            else if (c != ',')
            {
                break;
            }
        }

        ReadOnlySpan<byte> number = digits[..length];
        text = text[at..].TrimStart((byte)' ');
        isWhole = ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out whole);
        value = whole;
        return isWhole || (length > 0 && Utf8Parser.TryParse(number, out value, out int consumed) && consumed == length && double.IsFinite(value));
    }

    static bool TryUnit(scoped ref ReadOnlySpan<byte> text, Func<ReadOnlySpan<char>, ulong> units, double plain, out double factor)
    {
        factor = plain;
        int length = 0;
        while (length < text.Length && char.IsAsciiLetter((char)text[length]))
        {
            length++;
        }

        if (length == 0)
        {
            // A plain number stands alone.
            return text.IsEmpty;
        }

        Span<char> name = stackalloc char[MaxLength];
        Encoding.ASCII.GetChars(text[..length], name);
        factor = units(name[..length]);
        text = text[length..].TrimStart((byte)' ');
        return factor > 0;
    }

    static bool Fail(out double value)
    {
        value = 0;
        return false;
    }
}
