namespace Damon.Monitoring;

/// <summary>
/// The time a kdamond lives by. Passed in, so that tests and simulations need no real time. One for each kdamond, since to wake one is to end its sleep.
/// </summary>
public interface IKdamondClock
{
    /// <summary>Now, in nanoseconds of a clock that never goes back.</summary>
    long NowNs { get; }

    /// <summary>CPU time spent so far by the thread that calls, in nanoseconds; 0 forever where that is unknown.</summary>
    long ThreadCpuNs { get; }

    /// <summary>Sleeps until <paramref name="deadlineNs"/> or until <see cref="Wake"/>, whichever comes first.</summary>
    void SleepUntil(long deadlineNs);

    /// <summary>Ends a sleep, or the next one if there is none now. Any thread may call it.</summary>
    void Wake();
}
