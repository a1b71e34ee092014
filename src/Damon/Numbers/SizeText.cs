using System.Globalization;
using System.Numerics;
using System.Text;

namespace Damon.Numbers;

/// <summary>Numbers of bytes as the DAMON tools write them for people.</summary>
/// <remarks>A unit is used only for more than one of it: 1024 bytes are <c>1024 B</c>, 1025 are <c>1.001 KiB</c>.</remarks>
internal static class SizeText
{
    const double KiB = 1024;

    static readonly (string Name, double Size)[] s_units =
    [
        ("EiB", KiB * KiB * KiB * KiB * KiB * KiB),
        ("PiB", KiB * KiB * KiB * KiB * KiB),
        ("TiB", KiB * KiB * KiB * KiB),
        ("GiB", KiB * KiB * KiB),
        ("MiB", KiB * KiB),
        ("KiB", KiB),
    ];

    /// <summary>The text of a number of bytes, whole or not, as the current tool writes it.</summary>
    public static string Format(double bytes) => Format(bytes, NumberStyle.Current, 3);

    /// <summary>The text of a number of bytes, whole or not.</summary>
    public static string Format(double bytes, NumberStyle style) => Format(bytes, style, 3);

    /// <summary>The text of a number of bytes, as the current tool writes it.</summary>
    public static string Format(ulong bytes) => Format(bytes, NumberStyle.Current);

    /// <summary>The text of a number of bytes.</summary>
    public static string Format(ulong bytes, NumberStyle style) => (bytes, style) switch
    {
        (_, NumberStyle.Raw) => bytes.ToString(CultureInfo.InvariantCulture),
        (ulong.MaxValue, NumberStyle.Current) => "max",
        _ => Format((double)bytes, style),
    };

    /// <summary>Room that is enough for the text of every number of bytes.</summary>
    internal const int MaxLength = 32;

    /// <summary>The text of a number of bytes as ASCII, mostly without a string.</summary>
    /// <param name="bytes">The number.</param>
    /// <param name="style">How it is written.</param>
    /// <param name="to">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Number of bytes written.</returns>
    internal static int Format(ulong bytes, NumberStyle style, Span<byte> to)
    {
        const ulong TooLarge = 1UL << 50;
        if (style == NumberStyle.Raw)
        {
            return AsciiDigits.Decimal(to, bytes);
        }

        if (bytes <= 1024)
        {
            int digits = AsciiDigits.Decimal(to, bytes);
            " B"u8.CopyTo(to[digits..]);
            return digits + 2;
        }

        if (bytes >= TooLarge)
        {
            return Encoding.ASCII.GetBytes(Format(bytes, style), to);
        }

        // Exact, and rounded as FixedDecimal does: the units are powers of two.
        int unit = (BitOperations.Log2(bytes - 1) / 10) - 1;
        int shift = (unit + 1) * 10;
        UInt128 thousandths = (UInt128)bytes * 1000;
        ulong quotient = (ulong)(thousandths >> shift);
        ulong rest = (ulong)(thousandths - ((UInt128)quotient << shift));
        ulong half = 1UL << (shift - 1);
        quotient += rest > half || (rest == half && (quotient & 1) == 1) ? 1UL : 0;
        int length = AsciiDigits.Decimal(to, quotient / 1000);
        ulong decimals = quotient % 1000;
        to[length] = (byte)'.';
        to[length + 1] = (byte)('0' + (decimals / 100));
        to[length + 2] = (byte)('0' + (decimals / 10 % 10));
        to[length + 3] = (byte)('0' + (decimals % 10));
        to[length + 4] = (byte)' ';
        to[length + 5] = "KMGT"u8[unit];
        "iB"u8.CopyTo(to[(length + 6)..]);
        return length + 8;
    }

    /// <summary>With six decimals instead of three, as the current tool writes addresses.</summary>
    public static string FormatAccurate(double bytes) => Format(bytes, NumberStyle.Current, 6);

    static string Format(double bytes, NumberStyle style, int decimals)
    {
        if (style != NumberStyle.Raw)
        {
            foreach ((string name, double size) in s_units.AsSpan(style == NumberStyle.Old ? 2 : 0))
            {
                if (bytes > size)
                {
                    return $"{FixedDecimal.Format(bytes / size, decimals)} {name}";
                }
            }
        }

        string whole = FixedDecimal.Format(Math.Truncate(bytes) + 0.0, 0);
        return style == NumberStyle.Raw ? whole : whole + " B";
    }
}
