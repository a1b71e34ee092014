using System.Globalization;
using Damon.Records.Streams;

namespace Damon.Records.Series;

/// <summary>Refuses what a format cannot tell apart: several series of one target, such as those of two schemes.</summary>
/// <param name="format">Name of the format, for the message.</param>
/// <param name="hasThreads">Whether the format tells apart what different kdamonds recorded.</param>
sealed class SeriesGuard(string format, bool hasThreads)
{
    readonly Dictionary<(Int128 Target, int Kdamond), RecordSeries> _known = [];
    readonly List<RecordSeries> _kdamonds = [];
    RecordSeries? _last;

    /// <summary>Which of the kdamonds of the record a series is of, counted from 0 in the order in which they appeared.</summary>
    public int Kdamond { get; private set; }

    public void Check(RecordSeries? series)
    {
        if (series?.TargetId is not { } target || ReferenceEquals(series, _last))
        {
            return;
        }

        _last = series;
        Kdamond = hasThreads ? KdamondOf(series) : 0;
        if (!_known.TryGetValue((target, Kdamond), out RecordSeries? known))
        {
            if (_known.Count < RecordTimes.MaxSeries)
            {
                _known.Add((target, Kdamond), series);
            }
        }
        else if (!known.IsSame(series))
        {
            throw new RecordFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"Target {target} has several series, of different schemes, contexts or kdamonds{Threads(known, series)}: {format} cannot tell them apart; "
                    + $"JSON can."));
        }
    }

    int KdamondOf(RecordSeries series)
    {
        int index = _kdamonds.FindIndex(known => known.IsSameKdamond(series));
        if (index < 0)
        {
            index = _kdamonds.Count;
            _kdamonds.Add(series);
        }

        return index;
    }

    static string Threads(RecordSeries one, RecordSeries other) => one.Thread != other.Thread ? $" (threads {one.Thread} and {other.Thread})" : "";
}
