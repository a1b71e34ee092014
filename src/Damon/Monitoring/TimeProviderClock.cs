namespace Damon.Monitoring;

/// <summary>
/// A clock over <see cref="TimeProvider"/>, for use without an operating system of one's own choice: sleeps are exact to about a millisecond.
/// </summary>
/// <param name="timeProvider">Where the time comes from.</param>
public sealed class TimeProviderClock(TimeProvider timeProvider) : IKdamondClock, IDisposable
{
    readonly AutoResetEvent _wake = new(initialState: false);

    /// <inheritdoc/>
    public long NowNs
    {
        get
        {
            Int128 ticks = timeProvider.GetTimestamp();
            return (long)(ticks * 1_000_000_000 / timeProvider.TimestampFrequency);
        }
    }

    /// <inheritdoc/>
    public long ThreadCpuNs => 0;

    /// <inheritdoc/>
    public void SleepUntil(long deadlineNs)
    {
        long left = deadlineNs - NowNs;
        if (left > 0)
        {
            _wake.WaitOne((int)Math.Min((left + 999_999) / 1_000_000, int.MaxValue));
        }
    }

    /// <inheritdoc/>
    /// <remarks>After <see cref="Dispose"/> there is nothing to wake, and the call has no effect: requests may still reach a kdamond that has ended.</remarks>
    public void Wake()
    {
        try
        {
            _wake.Set();
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Frees the event behind <see cref="Wake"/>.</summary>
    public void Dispose() => _wake.Dispose();
}
