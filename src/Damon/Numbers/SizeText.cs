using System.Numerics;
using System.Text;

namespace Damon.Numbers;

/// <summary>Numbers of bytes as the DAMON tools write them for people.</summary>
/// <remarks>A unit is used only for more than one of it: 1024 bytes are <c>1024 B</c>, 1025 are <c>1.001 KiB</c>.</remarks>
static class SizeText
{
    /// <summary>TiB.</summary>
    const int LargestOld = 4;

    /// <summary>The text of a number of bytes, whole or not, as the current tool writes it.</summary>
    public static string Format(double bytes) => Format(bytes, NumberStyle.Current, 3);

    /// <summary>The text of a number of bytes, whole or not.</summary>
    public static string Format(double bytes, NumberStyle style) => Format(bytes, style, 3);

    /// <summary>The text of a number of bytes, as the current tool writes it.</summary>
    public static string Format(ulong bytes) => Format(bytes, NumberStyle.Current);

    /// <summary>The text of a number of bytes.</summary>
    public static string Format(ulong bytes, NumberStyle style)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return Encoding.ASCII.GetString(text[..Format(bytes, style, text)]);
    }

    /// <summary>Room that is enough for the text of every number of bytes.</summary>
    internal const int MaxLength = 32;

    /// <summary>The text of a number of bytes as ASCII, mostly without a string.</summary>
    /// <param name="bytes">The number.</param>
    /// <param name="style">How it is written.</param>
    /// <param name="to">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Number of bytes written.</returns>
    internal static int Format(ulong bytes, NumberStyle style, Span<byte> to)
    {
        if (style == NumberStyle.Raw)
        {
            return AsciiDigits.Decimal(to, bytes);
        }

        if (bytes == ulong.MaxValue && style == NumberStyle.Current)
        {
            "max"u8.CopyTo(to);
            return 3;
        }

        int unit = bytes <= 1024 ? 0 : Math.Min(BitOperations.Log2(bytes - 1) / 10, style == NumberStyle.Old ? LargestOld : Units.Binary.Length - 1);
        int length = unit == 0 ? AsciiDigits.Decimal(to, bytes) : FixedDecimal.Write(to, (double)bytes / (1UL << (unit * 10)), 3);
        to[length++] = (byte)' ';
        return length + Encoding.ASCII.GetBytes(Units.Binary[unit], to[length..]);
    }

    /// <summary>With six decimals instead of three, as the current tool writes addresses.</summary>
    public static string FormatAccurate(double bytes) => Format(bytes, NumberStyle.Current, 6);

    static string Format(double bytes, NumberStyle style, int decimals)
    {
        for (int unit = style switch { NumberStyle.Raw => 0, NumberStyle.Old => LargestOld, _ => Units.Binary.Length - 1 }; unit > 0; unit--)
        {
            double size = 1UL << (unit * 10);
            if (bytes > size)
            {
                return $"{FixedDecimal.Format(bytes / size, decimals)} {Units.Binary[unit]}";
            }
        }

        string whole = FixedDecimal.Format(Math.Truncate(bytes) + 0.0, 0);
        return style == NumberStyle.Raw ? whole : whole + " B";
    }
}
