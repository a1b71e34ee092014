namespace Damo.Workloads;

/// <summary>One pass over all pages of a region, in nanoseconds of the monotonic clock.</summary>
/// <param name="StartNs">No page was touched before.</param>
/// <param name="EndNs">No page was touched after; <see cref="InProgress"/> while it lasts.</param>
readonly record struct Sweep(long StartNs, long EndNs)
{
    /// <summary>The end of a sweep that has not ended.</summary>
    public const long InProgress = long.MaxValue;
}
