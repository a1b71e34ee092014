namespace Damon.Monitoring;

/// <summary>
/// Keeps the CPU time of monitoring under a limit by stretching the sampling and the aggregation interval together. Their ratio
/// stays, so nr_accesses keeps its scale.
/// </summary>
/// <remarks>
/// What a sample costs hardly depends on how often it is taken, so the stretch that just meets the limit follows from one
/// measurement: stretch x measured / limit. Growth is taken at once; shrinking is halved each time and leaves a tenth of room, so that
/// the intervals do not swing around the limit.
/// </remarks>
public sealed class OverheadGovernor
{
    const double MaxStretch = 10_000;
    const long MeasureNs = 500_000_000;
    const double Room = 0.9;

    readonly double _limitPercent;
    MonitoringAttributes _asked;
    long _lastNs = -1;
    long _lastCpuNs;

    /// <summary>A governor that has seen nothing yet.</summary>
    /// <param name="asked">The attributes that were asked for: the stretch is never below 1.</param>
    /// <param name="limitPercent">Upper limit in percent of one CPU, above 0 and at most 100.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limitPercent"/> is out of that range.</exception>
    public OverheadGovernor(MonitoringAttributes asked, double limitPercent)
    {
        if (limitPercent is not (> 0 and <= 100))
        {
            throw new ArgumentOutOfRangeException(
                nameof(limitPercent),
                limitPercent,
                "The limit of the overhead must be above 0 and at most 100 percent of one CPU.");
        }

        _asked = asked;
        _limitPercent = limitPercent;
    }

    /// <summary>By how much the intervals are longer than asked for; 1 means not at all.</summary>
    public double Stretch { get; private set; } = 1;

    /// <summary>The largest <see cref="Stretch"/> of the run.</summary>
    public double LargestStretch { get; private set; } = 1;

    /// <summary>Looks at the cost since the last decision and decides again once there is enough to judge by.</summary>
    /// <param name="nowNs">Now, in nanoseconds.</param>
    /// <param name="cpuNs">CPU time spent so far, in nanoseconds.</param>
    /// <returns>The attributes to use from now on, or null when nothing changes.</returns>
    public MonitoringAttributes? Decide(long nowNs, long cpuNs)
    {
        if (_lastNs < 0)
        {
            (_lastNs, _lastCpuNs) = (nowNs, cpuNs);
            return null;
        }

        if (nowNs - _lastNs < MeasureNs)
        {
            return null;
        }

        double percent = 100.0 * (cpuNs - _lastCpuNs) / (nowNs - _lastNs);
        (_lastNs, _lastCpuNs) = (nowNs, cpuNs);
        double needed = Stretch * percent / (_limitPercent * Room);
        double next = percent > _limitPercent ? needed : needed < Stretch * Room * Room ? (Stretch + needed) / 2 : Stretch;
        next = Math.Clamp(next, 1, MaxStretch);
        next = next < 1.01 ? 1 : next;
        if (next == Stretch)
        {
            return null;
        }

        Stretch = next;
        LargestStretch = Math.Max(LargestStretch, next);
        return Apply();
    }

    /// <summary>Attributes were set from outside: they are now the ones asked for, and their cost is not known yet.</summary>
    internal void Restart(MonitoringAttributes asked)
    {
        _asked = asked;
        _lastNs = -1;
        Stretch = 1;
    }

    MonitoringAttributes Apply()
    {
        ulong sample = (ulong)Math.Round(Math.Max(_asked.SampleUs, 1) * Stretch);

        // The aggregation interval is derived from the rounded sample, so that the number of samples in it is exactly as asked.
        ulong aggregation = Stretch == 1 ? _asked.AggregationUs : sample * Math.Max(_asked.MaxNrAccesses, 1);
        return _asked with { SampleUs = Stretch == 1 ? _asked.SampleUs : sample, AggregationUs = aggregation };
    }
}
