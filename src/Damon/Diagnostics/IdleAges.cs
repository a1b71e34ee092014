namespace Damon.Diagnostics;

/// <summary>The classes by which the meter tells for how long memory was not accessed.</summary>
static class IdleAges
{
    const ulong SecondUs = 1_000_000;

    internal const int Count = 5;

    /// <summary>The class of an age in microseconds.</summary>
    internal static int BucketOf(UInt128 ageUs) =>
        ageUs < SecondUs ? 0 : ageUs < 10 * SecondUs ? 1 : ageUs < 60 * SecondUs ? 2 : ageUs < 600 * SecondUs ? 3 : 4;

    /// <summary>Its name: from, inclusive, and to, exclusive.</summary>
    internal static string NameOf(int bucket) => bucket switch
    {
        0 => "0s-1s",
        1 => "1s-10s",
        2 => "10s-1m",
        3 => "1m-10m",
        _ => "10m-",
    };
}
