namespace Damon.Tests.Shared;

/// <summary>Measures what a piece of code allocates on its thread.</summary>
/// <remarks>
/// When some other test causes a garbage collection in between, the runtime counts the unused rest of the thread's allocation
/// buffer (up to 8 KiB) as allocated. So what seems to allocate is tried again: code that really allocates does so every time.
/// </remarks>
static class Allocation
{
    const int Attempts = 5;

    /// <summary>The least of some attempts, in bytes.</summary>
    public static long Of(Action action) => Of(action, 0);

    /// <summary>As <see cref="Of(Action)"/>, but satisfied with the first attempt of at most <paramref name="enough"/> bytes.</summary>
    public static long Of(Action action, long enough) => Least(() => Measure(action), enough);

    /// <summary>The least of some measurements that the caller makes itself; the first of at most <paramref name="enough"/> bytes ends it.</summary>
    public static long Least(Func<long> measure, long enough = 0)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Attempts && least > enough; i++)
        {
            least = Math.Min(least, measure());
        }

        return least;
    }

    static long Measure(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
