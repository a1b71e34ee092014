using System.Globalization;
using Damon.Numbers;

namespace Damon.Reports;

/// <summary>
/// Floating point numbers as Python 3 prints them: shortest digits that read back the same, <c>.0</c>, and exponents from 1e16 and below 1e-4.
/// </summary>
static class PythonDouble
{
    /// <summary>Room that is enough for every number.</summary>
    public const int MaxLength = 32;

    const double ExactIntegers = 1L << 53;

    /// <summary>Writes <paramref name="value"/> as ASCII.</summary>
    /// <param name="value">Any number, infinities and NaN too.</param>
    /// <param name="to">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Number of bytes written.</returns>
    public static int Format(double value, Span<byte> to)
    {
        if (value is >= 0 and < ExactIntegers && (ulong)value == value && !double.IsNegative(value))
        {
            // Most cells of a heat map: 0.0.
            int digits = AsciiDigits.Decimal(to, (ulong)value);
            ".0"u8.CopyTo(to[digits..]);
            return digits + 2;
        }

        if (!double.IsFinite(value))
        {
            ReadOnlySpan<byte> name = double.IsNaN(value) ? "nan"u8 : value > 0 ? "inf"u8 : "-inf"u8;
            name.CopyTo(to);
            return name.Length;
        }

        // The runtime's digits are the shortest too, only their layout differs, and not always in the same way.
        value.TryFormat(to, out int length, default, CultureInfo.InvariantCulture);
        int e = to[..length].IndexOf((byte)'E');
        if (e >= 0)
        {
            return Layout(to, e, length);
        }

        if (Math.Abs(value) >= 1e16)
        {
            return Exponent(to, length);
        }

        if (to[..length].Contains((byte)'.'))
        {
            return length;
        }

        ".0"u8.CopyTo(to[length..]);
        return length + 2;
    }

    /// <summary>The text that Python prints for <paramref name="value"/>.</summary>
    public static string ToText(double value)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return System.Text.Encoding.ASCII.GetString(text[..Format(value, text)]);
    }

    /// <summary>The text that Python 2 prints: 12 digits at most, and exponents from 1e12 on.</summary>
    public static string ToOldText(double value)
    {
        const int Digits = 12;
        if (!double.IsFinite(value) || value == 0)
        {
            return ToText(value);
        }

        string text = value.ToString("E11", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        int exponent = int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string sign = text[0] == '-' ? "-" : "";
        string digits = text[sign.Length..e].Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
        if (exponent is < -4 or >= Digits)
        {
            string fraction = digits.Length > 1 ? $".{digits[1..]}" : "";
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        return exponent < 0 ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : digits.Length <= exponent + 1 ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    /// <summary>Turns a whole number into one digit, the others, and an exponent.</summary>
    static int Exponent(Span<byte> text, int length)
    {
        int first = text[0] == '-' ? 1 : 0;
        int exponent = length - first - 1;
        int end = text[..length].LastIndexOfAnyExcept((byte)'0') + 1;
        if (end > first + 1)
        {
            text[(first + 1)..end].CopyTo(text[(first + 2)..]);
            text[first + 1] = (byte)'.';
            end++;
        }

        "e+"u8.CopyTo(text[end..]);
        return end + 2 + AsciiDigits.Decimal(text[(end + 2)..], (ulong)exponent);
    }

    static int Layout(Span<byte> text, int e, int length)
    {
        int exponent = int.Parse(text[(e + 1)..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent < 0 || exponent >= 16)
        {
            text[e] = (byte)'e';
            return length;
        }

        // The runtime and Python turn to exponents at different sizes.
        int sign = text[0] == '-' ? 1 : 0;
        Span<byte> digits = stackalloc byte[MaxLength];
        int count = 0;
        foreach (byte c in text[sign..e])
        {
            if (c != '.')
            {
                digits[count++] = c;
            }
        }

        int whole = exponent + 1;
        int at = sign;
        for (int i = 0; i < Math.Max(count, whole + 1); i++)
        {
            if (i == whole)
            {
                text[at++] = (byte)'.';
            }

            text[at++] = i < count ? digits[i] : (byte)'0';
        }

        return at;
    }
}
