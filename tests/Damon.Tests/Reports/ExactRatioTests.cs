using System.Numerics;
using Damon.Reports;

namespace Damon.Tests.Reports;

public sealed class ExactRatioTests
{
    [Fact]
    public void The_quotient_is_the_nearest_double()
    {
        Random random = new(13);
        for (int i = 0; i < 50_000; i++)
        {
            Int128 dividend = new Int128((ulong)random.NextInt64() >> 1, (ulong)random.NextInt64(long.MinValue, long.MaxValue)) >> random.Next(0, 126);
            Int128 divisor = (Int128)random.NextInt64() >> random.Next(0, 62);
            if (divisor != 0)
            {
                AssertNearest(dividend, divisor, ExactRatio.Divide(dividend, divisor));
                Assert.Equal(ExactRatio.Divide(dividend, divisor), -ExactRatio.Divide(-dividend, divisor));
            }
        }
    }

    [Fact]
    public void Halfway_between_two_doubles_goes_to_the_even_one_and_a_little_more_goes_up()
    {
        Int128 half = ((Int128)1 << 54) + 2;
        Assert.Equal((double)(1L << 54), ExactRatio.Divide(half, 1));
        Assert.Equal((double)((1L << 54) + 4), ExactRatio.Divide((half * 1_000_000_007) + 1, 1_000_000_007));
        Assert.Equal((double)(1L << 54), ExactRatio.Divide((half * 1_000_000_007) - 1, 1_000_000_007));
    }

    /// <summary>No neighbour of the result is nearer to the exact quotient, compared in whole numbers.</summary>
    static void AssertNearest(Int128 dividend, Int128 divisor, double result)
    {
        BigInteger distance = Distance(dividend, divisor, result);
        Assert.True(distance <= Distance(dividend, divisor, Math.BitIncrement(result)));
        Assert.True(distance <= Distance(dividend, divisor, Math.BitDecrement(result)));
    }

    /// <summary>|dividend / divisor - value|, times the divisor and 2^200.</summary>
    static BigInteger Distance(Int128 dividend, Int128 divisor, double value)
    {
        const int Scale = 200;
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7ff);
        BigInteger mantissa = (bits & ((1L << 52) - 1)) | (exponent == 0 ? 0 : 1L << 52);
        int shift = Math.Max(exponent, 1) - 1075 + Scale;
        BigInteger scaled = shift >= 0 ? mantissa << shift : mantissa >> -shift;
        return BigInteger.Abs(((BigInteger)dividend << Scale) - ((value < 0 ? -scaled : scaled) * (BigInteger)divisor));
    }
}
