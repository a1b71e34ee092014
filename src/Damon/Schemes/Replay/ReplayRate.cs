namespace Damon.Schemes.Replay;

/// <summary>Follows the counters of one scheme second by second.</summary>
sealed class ReplayRate(Scheme scheme)
{
    readonly List<ReplaySecond> _seconds = [];
    ulong _regions;
    ulong _bytes;

    /// <summary>Seconds in which something matched.</summary>
    public IReadOnlyList<ReplaySecond> Seconds => _seconds;

    /// <summary>A pass is over.</summary>
    public void Add(long second)
    {
        (ulong regions, ulong bytes) = (scheme.Statistics.NrTried - _regions, scheme.Statistics.SizeTried - _bytes);
        (_regions, _bytes) = (scheme.Statistics.NrTried, scheme.Statistics.SizeTried);
        if (regions == 0)
        {
            return;
        }

        if (_seconds is [.., { } last] && last.Second == second)
        {
            _seconds[^1] = last with { Regions = last.Regions + regions, Bytes = last.Bytes + bytes };
        }
        else
        {
            _seconds.Add(new ReplaySecond(second, regions, bytes));
        }
    }
}
