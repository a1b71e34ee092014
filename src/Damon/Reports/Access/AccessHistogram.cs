namespace Damon.Reports.Access;

/// <summary>How many bytes have a value in which range.</summary>
static class AccessHistogram
{
    const int NrRanges = 10;
    const int LogSteps = 10;

    /// <summary>More doublings than these pass every value.</summary>
    const int MaxDoublings = 128;

    /// <summary>Adds up the bytes of each range.</summary>
    /// <param name="values">A value and its bytes, in any order.</param>
    /// <param name="options">How the ranges are chosen.</param>
    /// <returns>The ranges with their bytes; none where there is no value and no range was given.</returns>
    public static IReadOnlyList<HistogramBin> Of(IReadOnlyCollection<(Int128 Value, ulong Bytes)> values, HistogramOptions options)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(options);
        List<HistogramBin> bins = [];
        foreach ((Int128 start, Int128 end) in Ranges(values, options))
        {
            UInt128 bytes = 0;
            foreach ((Int128 value, ulong size) in values)
            {
                bytes += value >= start && value < end ? size : 0;
            }

            bins.Add(new HistogramBin(start, end, bytes));
        }

        return bins;
    }

    static IEnumerable<(Int128 Start, Int128 End)> Ranges(IReadOnlyCollection<(Int128 Value, ulong Bytes)> values, HistogramOptions options)
    {
        if (options.Ranges.Count > 0 || values.Count == 0)
        {
            return options.Ranges;
        }

        Int128 min = values.Min(v => v.Value);
        Int128 max = values.Max(v => v.Value);
        List<(Int128 Start, Int128 End)> ranges = [];
        Int128 start = min;
        if (options.Logarithmic)
        {
            Int128 interval = Int128.Max((max - min) >> LogSteps, 1);
            for (int i = 0; i < MaxDoublings && start <= max; i++, interval *= 2)
            {
                ranges.Add((options.Cumulative ? min : start, start + interval));
                start += interval;
            }
        }
        else
        {
            Int128 interval = Int128.Max((max + 1 - min + NrRanges - 1) / NrRanges, 1);
            for (int i = 0; i < NrRanges; i++, start += interval)
            {
                ranges.Add((options.Cumulative ? min : start, start + interval));
            }
        }

        return ranges;
    }
}
