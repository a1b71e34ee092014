using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records.Series;
using Damon.Records.Streams;

namespace Damon.Reports.Raw;

/// <summary><c>report raw</c> as the tool's versions 0.0.1 to 2.4 printed it: target after target, with sizes and times for people.</summary>
/// <remarks>Takes the snapshots series after series, see <see cref="SeriesSpool"/>. Call <see cref="Flush"/> at the end.</remarks>
sealed class VersionedRawReport
{
    readonly ReportBuffer _text;
    readonly ToolStyle _style;
    readonly NumberStyle _times;
    readonly NumberStyle _sizes;
    SeriesKey? _series;
    readonly RecordTimes? _recordTimes;
    long _baseNs;
    bool _isBaseCut;
    long _lastNs;

    /// <summary>Starts a report.</summary>
    /// <param name="output">Takes ASCII; stays open.</param>
    /// <param name="style">A version of the tool.</param>
    /// <param name="rawNumbers">Whether sizes and times are plain numbers.</param>
    /// <param name="times">Tells when the first snapshots began that do not say it themselves; null where nothing does.</param>
    /// <exception cref="ArgumentException">The style is the first tool's, which <see cref="RawReport"/> writes.</exception>
    public VersionedRawReport(Stream output, ToolStyle style, bool rawNumbers = false, RecordTimes? times = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(style);
        if (style.IsFirst)
        {
            throw new ArgumentException("The first tool's report is another one.", nameof(style));
        }

        _recordTimes = times;
        _text = new ReportBuffer(output);
        _style = style;
        _times = rawNumbers ? NumberStyle.Raw : style.Times;
        _sizes = rawNumbers ? NumberStyle.Raw : style.Sizes;
    }

    /// <summary>Reports one snapshot, of one target. Where its beginning is unknown, it is the end of the one before, or its own end.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Add(RecordSeries series, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(snapshot);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            Add(SeriesKey.Of(series, snapshot[i]), snapshot, snapshot[i]);
        }
    }

    /// <summary>Hands what is still buffered to the stream and flushes it.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Flush() => _text.Flush();

    void Add(SeriesKey series, Snapshot snapshot, SnapshotTarget target)
    {
        bool isFirst = _series != series;
        double? estimated = isFirst && snapshot.StartNs is null ? _recordTimes?.FirstStart(series) : null;
        long start = snapshot.StartNs ?? (long?)estimated ?? (isFirst ? snapshot.TimeNs : _lastNs);
        _lastNs = snapshot.TimeNs;
        if (isFirst)
        {
            _series = series;
            _baseNs = start;
            _isBaseCut = estimated is { } exact && exact > start;
            _text.Text("base_time_absolute: "u8);
            Time(start, 0);
            _text.Text("\n"u8);
        }

        _text.Text("monitoring_start:    "u8);
        Time(Since(start), 16);
        _text.Text("monitoring_end:      "u8);
        Time(Since(snapshot.TimeNs), 16);
        _text.Text("monitoring_duration: "u8);
        Time(isFirst ? Since(snapshot.TimeNs) : snapshot.TimeNs - start, 16);
        _text.Text("target_id: "u8);
        _text.Number(target.Id);
        _text.Text("\nnr_regions: "u8);
        _text.Number((long)target.Regions.Length);
        _text.Text("\n"u8);
        if (_style.Since(1, 3, 0))
        {
            Table(target.Regions);
        }
        else
        {
            Lines(target.Regions);
        }

        _text.Text("\n"u8);
    }

    /// <summary>Where the beginning is worked out, it has a fraction, which the tool took off before it cut the times to whole nanoseconds.</summary>
    long Since(long ns) => ns - _baseNs - (_isBaseCut && ns > _baseNs ? 1 : 0);

    void Time(long ns, int width)
    {
        _text.Text(DurationText.Format(ns, _times), width);
        _text.Text("\n"u8);
    }

    void Lines(ReadOnlySpan<SnapshotRegion> regions)
    {
        bool withAge = _style.Since(1, 2, 8);
        foreach (ref readonly SnapshotRegion region in regions)
        {
            Range(region, "("u8);
            _text.Text("):\t"u8);
            _text.Number((ulong)region.NrAccesses);
            if (withAge)
            {
                _text.Text(" (age: "u8);
                _text.Number((long)region.Age);
                _text.Text(")"u8);
            }

            _text.Text("\n"u8);
        }
    }

    void Table(ReadOnlySpan<SnapshotRegion> regions)
    {
        _text.Text("# start_addr     end_addr        length  nr_accesses   age\n"u8);
        foreach (ref readonly SnapshotRegion region in regions)
        {
            Range(region, " ("u8);
            _text.Text(") "u8);
            _text.Number((long)region.NrAccesses, 11);
            _text.Text(" "u8);
            _text.Number((long)region.Age, 5);
            _text.Text("\n"u8);
        }
    }

    void Range(in SnapshotRegion region, ReadOnlySpan<byte> before)
    {
        _text.Hex12(region.Start);
        _text.Text("-"u8);
        _text.Hex12(region.End);
        _text.Text(before);
        _text.Size(region.Size, _sizes, 12);
    }
}
