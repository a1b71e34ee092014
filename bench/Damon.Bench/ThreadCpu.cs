using Damon.Linux.Engine;

namespace Damon.Bench;

/// <summary>CPU time of the calling thread.</summary>
static class ThreadCpu
{
    static readonly LinuxClock s_clock = new();

    /// <summary>Since the thread began, in nanoseconds.</summary>
    public static long Ns => s_clock.ThreadCpuNs;

    /// <summary>What one call takes, in microseconds.</summary>
    public static double MicrosecondsOf(Action work)
    {
        long start = Ns;
        work();
        return (Ns - start) / 1e3;
    }
}
