using System.Numerics;

namespace Damon.Reports;

/// <summary>Division of whole numbers as Python does it: the exact quotient, rounded once to the nearest double.</summary>
static class ExactRatio
{
    const long ExactIntegers = 1L << 53;

    /// <summary>Bits of the quotient that are worked out: more than the 53 of a double and one to round by, and they fit 64.</summary>
    const int QuotientBits = 62;

    /// <summary><paramref name="dividend"/> / <paramref name="divisor"/>, for a divisor other than 0.</summary>
    public static double Divide(Int128 dividend, Int128 divisor)
    {
        bool negative = Int128.IsNegative(dividend) != Int128.IsNegative(divisor);
        UInt128 a = Magnitude(dividend);
        UInt128 b = Magnitude(divisor);
        double quotient = a <= ExactIntegers && b <= ExactIntegers ? (double)(ulong)a / (ulong)b : Wide(a, b);
        return negative ? -quotient : quotient;
    }

    static double Wide(UInt128 a, UInt128 b)
    {
        int shift = QuotientBits - (Bits(a) - Bits(b));
        if (shift >= 0 && Bits(a) + shift > 128)
        {
            // Rare: cells of more than 2^66 bytes times nanoseconds.
            BigInteger dividend = (BigInteger)a << shift;
            ulong bits = (ulong)BigInteger.DivRem(dividend, b, out BigInteger left);
            return Math.ScaleB((double)(bits | (left.IsZero ? 0UL : 1UL)), -shift);
        }

        (UInt128 quotient, UInt128 rest) = UInt128.DivRem(shift >= 0 ? a << shift : a, shift >= 0 ? b : b << -shift);

        // What is left over only matters as "a little more" where the cut lies halfway between two doubles.
        return Math.ScaleB((double)((ulong)quotient | (rest == 0 ? 0UL : 1UL)), -shift);
    }

    static UInt128 Magnitude(Int128 value) => Int128.IsNegative(value) ? (UInt128)(-value) : (UInt128)value;

    static int Bits(UInt128 value) => 128 - (int)UInt128.LeadingZeroCount(value);
}
