using System.Globalization;
using Damon.Numbers;

namespace Damon.Charts;

/// <summary>Round values along an axis.</summary>
static class Ticks
{
    /// <summary>Multiples of 1, 2 or 5 times a power of ten within <c>[0, end]</c>.</summary>
    /// <param name="end">Above 0.</param>
    /// <param name="most">About how many are wanted.</param>
    /// <param name="whole">Whether values are whole numbers only.</param>
    public static IEnumerable<(double Value, string Text)> Decimal(double end, int most, bool whole = false)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(end / most)));
        double step = ((double[])[1, 2, 5, 10]).Select(f => f * power).First(s => end / s <= most * 1.0001);
        step = whole ? Math.Max(step, 1) : step;
        int decimals = Math.Clamp((int)-Math.Floor(Math.Log10(step) + 1e-9), 0, 12);
        string format = "F" + decimals.ToString(CultureInfo.InvariantCulture);
        for (int i = 0; i * step <= end * 1.000001; i++)
        {
            yield return (i * step, (i * step).ToString(format, CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Sizes within <c>[0, end]</c>, all in one binary unit and round in it.</summary>
    /// <param name="end">In bytes, above 0.</param>
    /// <param name="most">About how many are wanted.</param>
    public static IEnumerable<(double Value, string Text)> Bytes(double end, int most)
    {
        int unit = Math.Clamp((int)(Math.Log2(Math.Max(end, 1)) / 10), 0, Units.Binary.Length - 1);
        double size = Math.Pow(1024, unit);
        foreach ((double value, string text) in Decimal(end / size, most, whole: unit == 0))
        {
            yield return (value * size, value == 0 ? "0" : $"{text} {Units.Binary[unit]}");
        }
    }

    /// <summary>Addresses within a range that are multiples of a power of two.</summary>
    public static IEnumerable<ulong> Addresses(ulong start, ulong end, int most)
    {
        ulong step = 1;
        while ((end - start) / step > (ulong)most && step < 1UL << 62)
        {
            step <<= 1;
        }

        for (UInt128 at = ((UInt128)start + step - 1) / step * step; at <= end; at += step)
        {
            yield return (ulong)at;
        }
    }
}
