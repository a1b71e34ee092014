using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>The running account of one scheme's quota.</summary>
sealed class QuotaState
{
    const ulong FirstThroughputPages = 1024;

    bool _started;
    long _windowStartNs;
    ulong _minRegionSize;
    ulong _tunedBp;
    UInt128 _totalCharged;
    long _totalChargedNs;

    /// <summary>Bytes of this window; 0 is no limit.</summary>
    public ulong EffectiveBytes { get; private set; }

    /// <summary>Bytes used of it.</summary>
    public ulong Charged { get; private set; }

    /// <summary>Target at which the last full window ended; null where there is nothing to resume.</summary>
    public Target? ResumeTarget { get; set; }

    /// <summary>Address at which the last full window ended.</summary>
    public ulong ResumeAddress { get; set; }

    /// <summary>Whether nothing more is allowed in this window.</summary>
    public bool IsFull => IsUsedUp || IsClosed;

    /// <summary>Whether the tuner wants nothing done at all: an effective quota of 0, which would mean no limit otherwise.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether too little is left for the smallest region. A rest below that could only be tried, on every region and for nothing.</summary>
    bool IsUsedUp => EffectiveBytes > 0 && (Charged >= EffectiveBytes || EffectiveBytes - Charged < _minRegionSize);

    /// <summary>Opens the first window, or a new one when the present one is over.</summary>
    /// <returns>Whether the window that ended was used up.</returns>
    public bool Advance(SchemeQuota quota, long nowNs, ulong minRegionSize, ISchemeMetrics? metrics)
    {
        _minRegionSize = minRegionSize;
        if (!_started)
        {
            _started = true;
            _windowStartNs = nowNs;
            Tune(quota, minRegionSize, metrics);
            return false;
        }

        if ((UInt128)(ulong)(nowNs - _windowStartNs) < (UInt128)quota.ResetIntervalMs * 1_000_000)
        {
            return false;
        }

        bool exceeded = IsUsedUp;
        _totalCharged += Charged;
        _windowStartNs = nowNs;
        Charged = 0;
        Tune(quota, minRegionSize, metrics);
        return exceeded;
    }

    /// <summary>Writes an action on the account.</summary>
    public void Charge(SchemeQuota quota, ulong size, ulong applied, long tookNs)
    {
        _totalChargedNs += tookNs;
        ulong failed = size - Math.Min(applied, size);
        Charged += quota.FailChargeDenominator == 0
            ? size
            : size - failed + (ulong)((UInt128)failed * quota.FailChargeNumerator / quota.FailChargeDenominator);
    }

    void Tune(SchemeQuota quota, ulong minRegionSize, ISchemeMetrics? metrics)
    {
        IsClosed = false;
        ulong? effective = null;
        if (quota.Goals.Count > 0)
        {
            ulong score = Score(quota, metrics);
            if (quota.Tuner == QuotaTuner.Temporal)
            {
                IsClosed = score >= FeedbackLoop.Goal;
                effective = IsClosed ? 0 : ulong.MaxValue;
            }
            else
            {
                _tunedBp = FeedbackLoop.Next(Math.Max(_tunedBp, FeedbackLoop.Goal), score);
                effective = _tunedBp / FeedbackLoop.Goal;
            }
        }

        if (quota.TimeMs > 0)
        {
            UInt128 bytesPerMs = _totalChargedNs > 0
                ? _totalCharged * 1_000_000 / (ulong)_totalChargedNs
                : Page.Size * FirstThroughputPages;
            ulong byTime = (ulong)UInt128.Min(bytesPerMs * quota.TimeMs, ulong.MaxValue);
            effective = Math.Max(effective is { } tuned ? Math.Min(byTime, tuned) : byTime, minRegionSize);
        }

        if (quota.SizeBytes > 0 && (effective is not { } bytes || quota.SizeBytes < bytes))
        {
            effective = quota.SizeBytes;
        }

        EffectiveBytes = effective ?? 0;
    }

    static ulong Score(SchemeQuota quota, ISchemeMetrics? metrics)
    {
        UInt128 highest = 0;
        foreach (QuotaGoal goal in quota.Goals)
        {
            if (goal.Metric != QuotaGoalMetric.UserInput && metrics?.ValueOf(goal) is { } value)
            {
                goal.CurrentValue = value;
            }

            highest = UInt128.Max(highest, (UInt128)goal.CurrentValue * FeedbackLoop.Goal / goal.TargetValue);
        }

        return (ulong)UInt128.Min(highest, ulong.MaxValue);
    }
}
