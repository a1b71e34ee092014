using System.Runtime.InteropServices;

namespace Damon.Bench;

/// <summary>CPU time of the processes that this one started and that have ended.</summary>
static unsafe partial class ChildCost
{
    const int Children = -1;

    /// <summary>Words of <c>struct rusage</c>; two times come first, each as seconds and microseconds.</summary>
    const int Words = 18;

    /// <summary>User and system time in milliseconds.</summary>
    public static double Ms()
    {
        long* usage = stackalloc long[Words];
        _ = getrusage(Children, usage);
        return ((usage[0] + usage[2]) * 1000.0) + ((usage[1] + usage[3]) / 1000.0);
    }

    [LibraryImport("libc")]
    private static partial int getrusage(int who, long* usage);
}
