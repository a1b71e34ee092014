namespace Damon.Reports.Distribution;

/// <summary>How one number of each moment is distributed over the moments.</summary>
/// <param name="Average">Arithmetic mean.</param>
/// <param name="Values">All values, in the order asked for.</param>
/// <param name="Percentiles">A value for each percentile asked for, in that order.</param>
public sealed record ValueDistribution(double Average, IReadOnlyList<ulong> Values, IReadOnlyList<PercentileValue> Percentiles)
{
    /// <summary>The distribution of no values.</summary>
    internal static ValueDistribution None { get; } = new(0, [], []);

    /// <summary>Works out a distribution.</summary>
    /// <param name="values">At least one. They are sorted in place unless <paramref name="keepOrder"/> is set.</param>
    /// <param name="percentiles">Each in [0, 100].</param>
    /// <param name="keepOrder">Whether the values keep the order of time, so that percentiles are parts of the run.</param>
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static ValueDistribution Of(ulong[] values, IReadOnlyList<int> percentiles, bool keepOrder)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(percentiles);
        if (values.Length == 0)
        {
            throw new ArgumentException("Nothing has no distribution.", nameof(values));
        }

        if (!keepOrder)
        {
            Array.Sort(values);
        }

        Int128 sum = 0;
        foreach (ulong value in values)
        {
            sum += value;
        }

        return new ValueDistribution(
            ExactRatio.Divide(sum, values.Length),
            values,
            [.. percentiles.Select(p => new PercentileValue(p, values[Index(p, values.Length)]))]);
    }

    /// <summary>What is shown: each percentile with its value, or each value with its number.</summary>
    internal IEnumerable<(int Key, ulong Value)> Lines(bool all) =>
        all ? Values.Select((value, i) => (i, value)) : Percentiles.Select(p => (p.Percentile, p.Value));

    /// <summary>In this order of operations: 29 % of 100 is 28.999999999999996, so 28.</summary>
    internal static int Index(int percentile, int count) => Math.Min((int)(percentile / 100.0 * count), count - 1);
}
