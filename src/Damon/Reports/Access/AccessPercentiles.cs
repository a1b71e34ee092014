namespace Damon.Reports.Access;

/// <summary>The value that a given percentage of the bytes does not exceed.</summary>
static class AccessPercentiles
{
    const int All = 100;

    /// <summary>The value at each percentile.</summary>
    /// <param name="values">A value and its bytes, in any order.</param>
    /// <param name="percentiles">Each in [0, 100].</param>
    /// <returns>A value for each percentile; none where there are no bytes.</returns>
    public static IReadOnlyList<(int Percentile, Int128 Value)> Of(IEnumerable<(Int128 Value, ulong Bytes)> values, IReadOnlyList<int> percentiles)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(percentiles);
        (Int128 Value, ulong Bytes)[] sorted = [.. values.OrderBy(v => v.Value)];
        UInt128 total = 0;
        foreach ((_, ulong bytes) in sorted)
        {
            total += bytes;
        }

        return total == 0 ? [] : [.. percentiles.Select(p => (p, At(sorted, (UInt128)p * total)))];
    }

    static Int128 At((Int128 Value, ulong Bytes)[] sorted, UInt128 hundredths)
    {
        UInt128 sum = 0;
        foreach ((Int128 value, ulong bytes) in sorted)
        {
            sum += bytes;
            if (sum * All >= hundredths)
            {
                return value;
            }
        }

        return sorted[^1].Value;
    }
}
