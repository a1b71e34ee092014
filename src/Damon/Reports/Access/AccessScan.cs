using Damon.Records.Streams;

namespace Damon.Reports.Access;

/// <summary>A first pass over a record: what the report must know before it begins.</summary>
sealed class AccessScan
{
    readonly Dictionary<SeriesKey, AccessSeries> _known = [];
    readonly List<AccessSeries> _series = [];
    AccessSeries? _current;

    /// <summary>Number of series that have a snapshot.</summary>
    public int NrSeries => _series.Count;

    /// <summary>Whether a series goes on after another began, so that the record must be put in order.</summary>
    public bool IsInterleaved { get; private set; }

    /// <summary>Whether any series has more than one snapshot.</summary>
    public bool HasSeveralSnapshots { get; private set; }

    /// <summary>Whether any series lacks the intervals.</summary>
    public bool LacksIntervals { get; private set; }

    internal IReadOnlyList<AccessSeries> Series => _series;

    internal (double Min, double Max) AgeUs { get; private set; } = (double.MaxValue, 0);

    internal (double Min, double Max) Size { get; private set; } = (double.MaxValue, 0);

    internal (double Min, double Max) Percent { get; private set; } = (double.MaxValue, 0);

    /// <summary>Takes note of a snapshot.</summary>
    public void Add(AccessSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        SeriesKey key = KeyOf(snapshot);
        if (!_known.TryGetValue(key, out AccessSeries? series))
        {
            series = new AccessSeries(snapshot.Series, snapshot.Target.Id, snapshot.StartNs);
            _known.Add(key, series);
            _series.Add(series);
        }
        else if (series != _current)
        {
            IsInterleaved = true;
        }

        _current = series;
        series.EndNs = snapshot.EndNs;
        HasSeveralSnapshots |= ++series.Snapshots > 1;
        LacksIntervals |= !snapshot.Intervals.IsKnown;
        foreach (AccessRegion region in snapshot.Regions)
        {
            AgeUs = Widened(AgeUs, region.AgeUs);
            Size = Widened(Size, region.Region.Size);
            Percent = Widened(Percent, region.Percent);
        }
    }

    internal AccessSeries Of(AccessSnapshot snapshot) => _known[KeyOf(snapshot)];

    static SeriesKey KeyOf(AccessSnapshot snapshot) =>
        SeriesKey.Of(snapshot.Series, snapshot.Target);

    static (double Min, double Max) Widened((double Min, double Max) range, double value) => (Math.Min(range.Min, value), Math.Max(range.Max, value));
}
