using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

/// <summary>A clock whose sleeps do what a test says.</summary>
sealed class ActionClock : IKdamondClock
{
    public long NowNs { get; private set; }

    public long ThreadCpuNs { get; set; }

    public int NrSleeps { get; private set; }

    public int NrWakes { get; private set; }

    /// <summary>Called for each sleep with its end; says whether to go on to that end.</summary>
    public Func<long, bool>? OnSleep { get; set; }

    public void SleepUntil(long deadlineNs)
    {
        NrSleeps++;
        if (OnSleep?.Invoke(deadlineNs) ?? true)
        {
            NowNs = Math.Max(NowNs, deadlineNs);
        }
    }

    public void Wake() => NrWakes++;

    public void JumpTo(long ns) => NowNs = ns;
}
