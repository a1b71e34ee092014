using System.Globalization;

namespace Damon.Numbers;

/// <summary>Floating point numbers with a fixed number of decimals as C and Python print them (<c>%.3f</c>): the exact value, ties to even.</summary>
/// <remarks>The runtime's own <c>F3</c> rounds ties away from zero: 1.0625, which 272 pages of 1 MiB are, would become 1.063 instead of 1.062.</remarks>
static class FixedDecimal
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

        if (Math.Abs(value) >= 1L << MantissaBits)
        {
            // A whole number: the runtime prints these exactly.
            return value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        ulong scale = Scale(decimals);
        UInt128 rounded = Round(Math.Abs(value), scale);
        string sign = double.IsNegative(value) ? "-" : "";
        return decimals == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{rounded}")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{sign}{rounded / scale}.{(rounded % scale).ToString(CultureInfo.InvariantCulture).PadLeft(decimals, '0')}");
    }

    /// <summary>Writes a value with its decimals as ASCII, without a string.</summary>
    /// <param name="to">Room enough.</param>
    /// <param name="value">Not negative; with all its decimals it must be below 2^63 of the last.</param>
    /// <param name="decimals">Digits after the point, [1, 9].</param>
    /// <returns>Number of bytes written.</returns>
    public static int Write(Span<byte> to, double value, int decimals)
    {
        ulong scale = Scale(decimals);
        (ulong whole, ulong fraction) = Math.DivRem((ulong)Round(value, scale), scale);
        int at = AsciiDigits.Decimal(to, whole);
        to[at++] = (byte)'.';
        for (int i = decimals - 1; i >= 0; i--)
        {
            (fraction, ulong digit) = Math.DivRem(fraction, 10);
            to[at + i] = (byte)('0' + digit);
        }

        return at + decimals;
    }

    /// <summary>The value times a power of ten, rounded. Half of the time that matters: sizes in units of 1024 bytes often end in an exact half.</summary>
    /// <param name="value">Not negative; its product with <paramref name="scale"/> must be below 2^128.</param>
    /// <param name="scale">Power of ten, at most 10^9.</param>
    internal static UInt128 Round(double value, ulong scale)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)(bits >> MantissaBits);

        // Zero and what has no such leading bit is far below half of any last decimal.
        ulong mantissa = (bits & ((1UL << MantissaBits) - 1)) | (1UL << MantissaBits);
        int shift = ExponentBias - exponent;
        UInt128 scaled = (UInt128)mantissa * scale;
        if (shift <= 0)
        {
            return scaled << -shift;
        }

        if (shift >= 127)
        {
            // At most 83 bits were there: less than half of the last digit.
            return 0;
        }

        UInt128 whole = scaled >> shift;
        UInt128 rest = scaled - (whole << shift);
        UInt128 half = UInt128.One << (shift - 1);
        return rest > half || (rest == half && UInt128.IsOddInteger(whole)) ? whole + 1 : whole;
    }

    static ulong Scale(int decimals)
    {
        ulong scale = 1;
        for (int i = 0; i < decimals; i++)
        {
            scale *= 10;
        }

        return scale;
    }
}
