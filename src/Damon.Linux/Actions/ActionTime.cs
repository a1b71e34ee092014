namespace Damon.Linux.Actions;

/// <summary>
/// Bounds the time that acting on memory takes: at most half of the time that passes, and a tenth of a second at a stretch, so that the
/// samples in between are not all missed and a stop is heard.
/// </summary>
/// <param name="mostNs">The longest stretch, in nanoseconds.</param>
internal sealed class ActionTime(long mostNs = ActionTime.MostNs)
{
    internal const long MostNs = 100_000_000;
    const int Share = 2;

    long _leftNs = mostNs;
    long _lastNs;
    long _startNs;

    /// <summary>Whether nothing is left for now.</summary>
    internal bool IsSpent => _leftNs <= 0;

    /// <summary>Acting begins.</summary>
    internal void Start(long nowNs)
    {
        if (_lastNs != 0)
        {
            _leftNs = Math.Min(_leftNs + (Math.Max(nowNs - _lastNs, 0) / Share), mostNs);
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
