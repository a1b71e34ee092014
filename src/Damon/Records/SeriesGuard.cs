using System.Globalization;

namespace Damon.Records;

/// <summary>Refuses what a format cannot tell apart: several series of one target, such as those of two schemes.</summary>
/// <param name="format">Name of the format, for the message.</param>
sealed class SeriesGuard(string format)
{
    readonly Dictionary<Int128, RecordSeries> _known = [];
    RecordSeries? _last;

    public void Check(RecordSeries? series)
    {
        if (series?.TargetId is not { } target || ReferenceEquals(series, _last))
        {
            return;
        }

        _last = series;
        if (!_known.TryGetValue(target, out RecordSeries? known))
        {
            if (_known.Count < RecordTimes.MaxSeries)
            {
                _known.Add(target, series);
            }
        }
        else if (!known.IsSame(series))
        {
            throw new RecordFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"Target {target} has several series, of different schemes, contexts or kdamonds: {format} cannot tell them apart; JSON can."));
        }
    }
}
