using Damon.Linux.Native;

namespace Damon.Bench;

/// <summary>CPU time of the processes that this one started and that have ended.</summary>
static class ChildCost
{
    /// <summary>User and system time in milliseconds.</summary>
    public static unsafe double Ms()
    {
        LibC.rusage usage;
        _ = LibC.getrusage(LibC.RUSAGE_CHILDREN, &usage);
        return ((usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000.0) + ((usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000.0);
    }
}
