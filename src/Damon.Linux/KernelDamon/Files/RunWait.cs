namespace Damon.Linux.KernelDamon.Files;

/// <summary>How a run waits: until it is time to look again, it is stopped, or monitoring has ended by itself.</summary>
/// <param name="isAlive">Whether the kernel still monitors. May throw where that is unknown.</param>
/// <param name="sleep">How to wait; null for real time.</param>
sealed class RunWait(Func<bool> isAlive, Action<TimeSpan>? sleep = null) : IDisposable
{
    readonly ManualResetEventSlim _stop = new();

    /// <summary>Whether the end was asked for.</summary>
    public bool IsStopped => _stop.IsSet;

    /// <summary>Whether monitoring was found to have ended by itself.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Asks for the end. Any thread may.</summary>
    public void Stop() => _stop.Set();

    /// <summary>Waits a while.</summary>
    /// <returns>Whether to go on; false once the run is over.</returns>
    public bool Pause(TimeSpan time)
    {
        if (IsStopped || HasEnded)
        {
            return false;
        }

        if (sleep is not null)
        {
            sleep(time);
        }
        else if (_stop.Wait(time))
        {
            return false;
        }

        HasEnded = !IsStopped && !isAlive();
        return !IsStopped && !HasEnded;
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();
}
