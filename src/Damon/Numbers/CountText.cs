using System.Globalization;

namespace Damon.Numbers;

/// <summary>Counts, ratios and frequencies as the current tool writes them for people: with a comma between thousands.</summary>
static class CountText
{
    /// <summary>A whole number: <c>1,234,567</c>.</summary>
    public static string Format(Int128 count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The same as ASCII, without a string.</summary>
    /// <returns>Number of bytes written.</returns>
    public static int Write(Span<byte> to, ulong count)
    {
        Span<byte> digits = stackalloc byte[AsciiDigits.MaxDecimal];
        int length = AsciiDigits.Decimal(digits, count);
        int at = 0;
        for (int i = 0; i < length; i++)
        {
            if (i > 0 && (length - i) % 3 == 0)
            {
                to[at++] = (byte)',';
            }

            to[at++] = digits[i];
        }

        return at;
    }

    /// <summary>A part of a hundred: whole part with commas, up to seven decimals without trailing zeros, then <c> %</c>.</summary>
    public static string FormatPercent(double percent)
    {
        string text = FixedDecimal.Format(Math.Abs(percent), 7);
        int point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 0)
        {
            return text;
        }

        string whole = Int128.Parse(text.AsSpan(0, point), CultureInfo.InvariantCulture).ToString("N0", CultureInfo.InvariantCulture);
        string decimals = text[(point + 1)..].TrimEnd('0');
        string sign = percent < 0 ? "-" : "";
        return decimals.Length == 0 ? $"{sign}{whole} %" : $"{sign}{whole}.{decimals} %";
    }

    /// <summary>Accesses per second: three decimals below 10, whole from there on and for 0. Without a unit.</summary>
    public static string FormatRate(double hz) => hz is > 0 and < 10 ? FixedDecimal.Format(hz, 3) : Format((Int128)Math.Truncate(hz));

    /// <summary>As <see cref="FormatRate"/>, with <c> hz</c>.</summary>
    public static string FormatHz(double hz) => $"{FormatRate(hz)} hz";
}
