namespace Damon.Linux.Processes;

/// <summary>Searches among things in address order whose ranges do not overlap.</summary>
static class RangeSearch
{
    /// <summary>The index of the first that holds <paramref name="address"/> or lies behind it; their number when there is none.</summary>
    public static int FirstEndingAfter<T>(ReadOnlySpan<T> sorted, ulong address)
        where T : IAddressed
    {
        int low = 0;
        int high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = sorted[middle].Range.End <= address ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The index of the one that holds <paramref name="address"/>, or -1.</summary>
    public static int IndexOf<T>(ReadOnlySpan<T> sorted, ulong address)
        where T : IAddressed
    {
        int index = FirstEndingAfter(sorted, address);
        return index < sorted.Length && sorted[index].Range.Start <= address ? index : -1;
    }
}
