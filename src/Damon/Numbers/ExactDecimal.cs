namespace Damon.Numbers;

/// <summary>Doubles as texts with a fixed number of decimals, rounded as C and Python do: exactly, and halves to even.</summary>
static class ExactDecimal
{
    /// <summary>The value times a power of ten, rounded. Half of the time that matters: sizes in units of 1024 bytes often end in an exact half.</summary>
    /// <param name="value">Not negative; its product with <paramref name="scale"/> must be below 2^63.</param>
    /// <param name="scale">Power of ten, at most 10^6.</param>
    public static ulong Round(double value, uint scale)
    {
        const int MantissaBits = 52;
        const int Bias = 1075;
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)(bits >> MantissaBits);

        // Zero and what has no such leading bit is far below half of any last decimal.
        ulong mantissa = (bits & ((1UL << MantissaBits) - 1)) | (1UL << MantissaBits);
        int shift = Bias - exponent;
        UInt128 scaled = (UInt128)mantissa * scale;
        if (shift <= 0)
        {
            return (ulong)(scaled << -shift);
        }

        if (shift > 100)
        {
            return 0;
        }

        UInt128 whole = scaled >> shift;
        UInt128 rest = scaled - (whole << shift);
        UInt128 half = UInt128.One << (shift - 1);
        bool isUp = rest > half || (rest == half && UInt128.IsOddInteger(whole));
        return (ulong)whole + (isUp ? 1UL : 0);
    }

    /// <summary>Writes a value with its decimals.</summary>
    /// <returns>Number of bytes written.</returns>
    public static int Write(Span<byte> to, double value, int decimals)
    {
        uint scale = 1;
        for (int i = 0; i < decimals; i++)
        {
            scale *= 10;
        }

        (ulong whole, ulong fraction) = Math.DivRem(Round(value, scale), scale);
        int at = AsciiDigits.Decimal(to, whole);
        to[at++] = (byte)'.';
        for (int i = decimals - 1; i >= 0; i--)
        {
            (fraction, ulong digit) = Math.DivRem(fraction, 10);
            to[at + i] = (byte)('0' + digit);
        }

        return at + decimals;
    }
}
