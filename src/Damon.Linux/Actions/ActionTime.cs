namespace Damon.Linux.Actions;

/// <summary>
/// Bounds the time that acting on memory takes: at most half of the time that passes, and a tenth of a second at a stretch, so that the
/// samples in between are not all missed and a stop is heard.
/// </summary>
sealed class ActionTime
{
    internal const long MostNs = 100_000_000;
    const int Share = 2;

    readonly long _mostNs;
    long _leftNs;
    long _lastNs;
    long _startNs;

    /// <param name="mostNs">The longest stretch, in nanoseconds.</param>
    internal ActionTime(long mostNs = MostNs)
    {
        _mostNs = mostNs;
        _leftNs = mostNs;
    }

    /// <summary>Whether nothing is left for now.</summary>
    internal bool IsSpent => _leftNs <= 0;

    /// <summary>Acting begins.</summary>
    internal void Start(long nowNs)
    {
        if (_lastNs != 0)
        {
            _leftNs = Math.Min(_leftNs + (Math.Max(nowNs - _lastNs, 0) / Share), _mostNs);
        }

        _startNs = nowNs;
        _lastNs = nowNs;
    }

    /// <summary>Acting goes on, or ends.</summary>
    internal void Spend(long nowNs)
    {
        _leftNs -= Math.Max(nowNs - _startNs, 0);
        _startNs = nowNs;
        _lastNs = nowNs;
    }
}
