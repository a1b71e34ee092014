using System.Buffers.Text;
using System.Globalization;

namespace Damon.Reports.Html;

/// <summary>Heats in 16 bits: three decimal digits and an exponent, so that what a page shows is the heat rounded to three digits, and nothing else.</summary>
/// <remarks>0 means that nothing is known, 1 is a heat of 0. From <see cref="First"/> on come 900 codes (100 to 999) for each power of ten.</remarks>
static class HeatCode
{
    /// <summary>Nothing is known.</summary>
    public const ushort Unknown = 0;

    /// <summary>Not accessed.</summary>
    public const ushort Zero = 1;

    /// <summary>The code of the least heat above 0, which is 1e-36.</summary>
    public const ushort First = 2;

    /// <summary>Codes of each power of ten.</summary>
    public const int PerPower = 900;

    /// <summary>The power of ten of <see cref="First"/>.</summary>
    public const int LeastPower = -36;

    const int Powers = 72;

    /// <summary>The code of a heat: not a number is unknown; what is smaller or larger than can be told is told as the least or the greatest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0.</exception>
    public static ushort Of(double heat)
    {
        if (double.IsNaN(heat) || heat == 0)
        {
            return double.IsNaN(heat) ? Unknown : Zero;
        }

        ArgumentOutOfRangeException.ThrowIfNegative(heat);

        // d.ddE+xxx, rounded from the exact value.
        Span<byte> text = stackalloc byte[16];
        if (!double.IsFinite(heat) || !heat.TryFormat(text, out int length, "E2", CultureInfo.InvariantCulture)
            || !Utf8Parser.TryParse(text[6..length], out int power, out _))
        {
            return First + (Powers * PerPower) - 1;
        }

        power = text[5] == '-' ? -power : power;
        int digits = ((text[0] - '0') * 100) + ((text[2] - '0') * 10) + (text[3] - '0');
        return power < LeastPower ? First
            : power >= LeastPower + Powers ? (ushort)(First + (Powers * PerPower) - 1)
            : (ushort)(First + ((power - LeastPower) * PerPower) + (digits - 100));
    }

    /// <summary>The heat of a code as people read it; empty where nothing is known.</summary>
    public static string Text(ushort code)
    {
        if (code < First)
        {
            return code == Zero ? "0" : "";
        }

        int digits = ((code - First) % PerPower) + 100;
        int power = ((code - First) / PerPower) + LeastPower;
        if (power is < -4 or > 11)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{digits / 100}.{digits % 100:00}e{power}");
        }

        // Three digits with the point, or zeros, where they belong; the page does the same.
        string text = digits.ToString(CultureInfo.InvariantCulture);
        return power < 0 ? $"0.{new string('0', -power - 1)}{text}"
            : power < 2 ? $"{text[..(power + 1)]}.{text[(power + 1)..]}"
            : text + new string('0', power - 2);
    }
}
