using Damon.Monitoring;

namespace Damon.Simulation;

/// <summary>
/// Virtual time: a sleep ends at once and the clock has jumped to its end, so a run is as fast as the CPU allows and takes exactly the
/// same course each time.
/// </summary>
/// <remarks>Only the thread of the kdamond moves it. Nothing else takes time: let the code under test <see cref="Work"/> where it should.</remarks>
/// <param name="startNs">The first time it shows, in nanoseconds.</param>
public sealed class SimulatedClock(long startNs = 0) : IKdamondClock
{
    /// <inheritdoc/>
    public long NowNs { get; private set; } = startNs;

    /// <inheritdoc/>
    public long ThreadCpuNs { get; private set; }

    /// <summary>
    /// How much too late a sleep ends, in nanoseconds, by the time at which it should end; null for never late. Negative answers count as 0.
    /// </summary>
    public Func<long, long>? Lateness { get; set; }

    /// <summary>Number of sleeps so far.</summary>
    public long NrSleeps { get; private set; }

    /// <inheritdoc/>
    /// <remarks>A time that has passed already does not turn the clock back, but can still end late.</remarks>
    public void SleepUntil(long deadlineNs)
    {
        NrSleeps++;
        NowNs = Math.Max(NowNs, deadlineNs) + Math.Max(Lateness?.Invoke(deadlineNs) ?? 0, 0);
    }

    /// <summary>Lets the calling thread work: the time and its CPU time go on by <paramref name="ns"/> nanoseconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ns"/> is negative.</exception>
    public void Work(long ns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ns);
        NowNs += ns;
        ThreadCpuNs += ns;
    }

    /// <inheritdoc/>
    /// <remarks>Nothing to do: no sleep lasts.</remarks>
    public void Wake()
    {
    }
}
