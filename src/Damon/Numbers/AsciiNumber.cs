using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Damon.Numbers;

/// <summary>Reads numbers out of ASCII bytes: records of hundreds of megabytes are made of them.</summary>
static class AsciiNumber
{
    /// <summary>2^53: up to here a whole number is a double without loss.</summary>
    const ulong MaxExact = 1UL << 53;

    /// <summary>This many digits cannot exceed 64 bits.</summary>
    const int SafeDigits = 19;

    static ReadOnlySpan<double> Powers => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    public static bool IsDigit(byte value) => (uint)(value - '0') <= 9;

    /// <summary>Reads the decimal digits at <paramref name="at"/> and goes past them.</summary>
    /// <returns>False where there is no digit, or the number exceeds 64 bits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> text, ref int at, out ulong value)
    {
        int i = at;
        value = 0;
        if (text.Length - i >= 2 * sizeof(ulong))
        {
            // Two steps for the numbers that there are most of: addresses.
            int digits = Eight(BinaryPrimitives.ReadUInt64LittleEndian(text[i..]), out value);
            i += digits;
            if (digits == sizeof(ulong))
            {
                digits = Eight(BinaryPrimitives.ReadUInt64LittleEndian(text[i..]), out ulong more);
                value = (value * WholePowers[digits]) + more;
                i += digits;
            }

            if (digits < sizeof(ulong))
            {
                bool isNumber = i > at;
                at = i;
                return isNumber;
            }
        }

        while (i < text.Length && (uint)(text[i] - '0') <= 9)
        {
            if (i - at >= SafeDigits)
            {
                return TryLong(text, ref at, out value);
            }

            value = (value * 10) + (uint)(text[i] - '0');
            i++;
        }

        bool any = i > at;
        at = i;
        return any;
    }

    static ReadOnlySpan<uint> WholePowers => [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <summary>A time as a tracer prints it, in nanoseconds: the double of the text times <paramref name="scale"/>, cut to a whole number.</summary>
    /// <remarks>
    /// Through a double on purpose: the tools did so, and what they wrote has the error of it. A whole number below 2^53 divided by an exact power
    /// of ten is rounded once, so it is the double nearest to the text.
    /// </remarks>
    public static bool TryTime(ReadOnlySpan<byte> text, double scale, out long ns)
    {
        ns = 0;
        int at = 0;
        if (!TryRead(text, ref at, out ulong mantissa))
        {
            return false;
        }

        int decimals = 0;
        if (at < text.Length && text[at] == '.')
        {
            int first = ++at;
            if (!TryRead(text, ref at, out ulong fraction))
            {
                return false;
            }

            decimals = at - first;
            if (decimals >= Powers.Length || mantissa > MaxExact / (ulong)Powers[decimals])
            {
                return TrySlowTime(text, scale, out ns);
            }

            mantissa = (mantissa * (ulong)Powers[decimals]) + fraction;
        }

        return at == text.Length && (mantissa > MaxExact ? TrySlowTime(text, scale, out ns) : TryNs(mantissa / Powers[decimals] * scale, out ns));
    }

    static bool TrySlowTime(ReadOnlySpan<byte> text, double scale, out long ns)
    {
        ns = 0;
        return Utf8Parser.TryParse(text, out double value, out int consumed) && consumed == text.Length && TryNs(value * scale, out ns);
    }

    static bool TryNs(double value, out long ns)
    {
        ns = (long)value;
        return value >= 0 && value < long.MaxValue;
    }

    static bool TryLong(ReadOnlySpan<byte> text, ref int at, out ulong value)
    {
        int end = at;
        while (end < text.Length && (uint)(text[end] - '0') <= 9)
        {
            end++;
        }

        bool fits = ulong.TryParse(text[at..end], NumberStyles.None, CultureInfo.InvariantCulture, out value);
        at = end;
        return fits;
    }

    /// <summary>Up to eight digits at once: pairs, then fours, then all, each step in one multiplication.</summary>
    /// <returns>Number of digits in front of the first byte that is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Eight(ulong bytes, out ulong value)
    {
        // The highest bit of a byte tells that it is no digit. Borrows and carries reach only bytes after the first such.
        ulong digits = bytes - 0x3030_3030_3030_3030;
        ulong others = ((bytes + 0x4646_4646_4646_4646) | digits) & 0x8080_8080_8080_8080;
        int count = BitOperations.TrailingZeroCount(others) / 8;
        if (count == 0)
        {
            value = 0;
            return 0;
        }

        // What is missing to eight becomes leading zeros.
        digits <<= 64 - (count * 8);
        digits = (digits * 10) + (digits >> 8);
        value = (uint)((((digits & 0x0000_00ff_0000_00ff) * 0x000f_4240_0000_0064) + (((digits >> 16) & 0x0000_00ff_0000_00ff) * 0x0000_2710_0000_0001)) >> 32);
        return count;
    }
}
