using System.Globalization;
using Damon.Reports;

namespace Damon.Tests.Reports;

public sealed class PythonDoubleTests
{
    /// <summary>The right column is what the interpreter prints for the left one.</summary>
    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1.0, "1.0")]
    [InlineData(-7.0, "-7.0")]
    [InlineData(0.1, "0.1")]
    [InlineData(-1234.5678, "-1234.5678")]
    [InlineData(1.0834270003138695, "1.0834270003138695")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00012345, "0.00012345")]
    [InlineData(0.00009999, "9.999e-05")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(-1.5e-7, "-1.5e-07")]
    [InlineData(1e-10, "1e-10")]
    [InlineData(123456789012345.0, "123456789012345.0")]
    [InlineData(999999999999999.9, "999999999999999.9")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(-1e15, "-1000000000000000.0")]
    [InlineData(1234567890123456.8, "1234567890123456.8")]
    [InlineData(-1234567890123456.8, "-1234567890123456.8")]
    [InlineData(9007199254740991.0, "9007199254740991.0")]
    [InlineData(9007199254740992.0, "9007199254740992.0")]
    [InlineData(9999999999999998.0, "9999999999999998.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1.5e16, "1.5e+16")]
    [InlineData(-12345678901234567.0, "-1.2345678901234568e+16")]
    [InlineData(1e22, "1e+22")]
    [InlineData(1e100, "1e+100")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(-2.2250738585072014e-308, "-2.2250738585072014e-308")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Prints_as_python_does(double value, string text) => Assert.Equal(text, PythonDouble.ToText(value));

    [Fact]
    public void Every_number_reads_back_the_same_and_fits()
    {
        Random random = new(11);
        byte[] text = new byte[PythonDouble.MaxLength];
        for (int i = 0; i < 200_000; i++)
        {
            double value = i % 2 == 0
                ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))
                : random.NextDouble() * Math.Pow(10, random.Next(-8, 20));
            if (double.IsFinite(value))
            {
                int length = PythonDouble.Format(value, text);
                Assert.Equal(value, double.Parse(text.AsSpan(0, length), CultureInfo.InvariantCulture));
                Assert.True(text.AsSpan(0, length).IndexOfAny((byte)'.', (byte)'e') > 0);
            }
        }
    }
}
