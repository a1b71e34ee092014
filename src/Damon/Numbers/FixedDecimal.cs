using System.Globalization;

namespace Damon.Numbers;

/// <summary>Floating point numbers with a fixed number of decimals as C and Python print them (<c>%.3f</c>): the exact value, ties to even.</summary>
/// <remarks>The runtime's own <c>F3</c> rounds ties away from zero: 1.0625, which 272 pages of 1 MiB are, would become 1.063 instead of 1.062.</remarks>
internal static class FixedDecimal
{
    /// <summary>Most decimals that can be asked for.</summary>
    public const int MaxDecimals = 9;

    const int MantissaBits = 52;
    const int ExponentBias = 1075;

    /// <summary>The text of <paramref name="value"/>.</summary>
    /// <param name="value">Any number; infinities are <c>inf</c>, no number is <c>nan</c>.</param>
    /// <param name="decimals">Digits after the point, [0, 9].</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too many decimals.</exception>
    public static string Format(double value, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, MaxDecimals);
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }

        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)(bits >> MantissaBits) & 0x7ff;
        ulong fraction = bits & ((1UL << MantissaBits) - 1);
        ulong mantissa = exponent == 0 ? fraction : fraction | (1UL << MantissaBits);
        int shift = ExponentBias - Math.Max(exponent, 1);
        if (shift <= 0)
        {
            // An integer beyond 2^52: the runtime prints these exactly.
            return value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        UInt128 scale = 1;
        for (int i = 0; i < decimals; i++)
        {
            scale *= 10;
        }

        UInt128 rounded = RoundedShift(mantissa * scale, shift);
        string sign = double.IsNegative(value) ? "-" : "";
        return decimals == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{rounded}")
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{rounded / scale}.{(rounded % scale).ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0')}");
    }

    static UInt128 RoundedShift(UInt128 value, int shift)
    {
        if (shift >= 127)
        {
            // At most 83 bits were there: less than half of the last digit.
            return 0;
        }

        UInt128 quotient = value >> shift;
        UInt128 rest = value - (quotient << shift);
        UInt128 half = UInt128.One << (shift - 1);
        return rest > half || (rest == half && (quotient & 1) == 1) ? quotient + 1 : quotient;
    }
}
