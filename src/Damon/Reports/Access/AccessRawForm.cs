using System.Globalization;
using System.Text;
using Damon.Numbers;

namespace Damon.Reports.Access;

/// <summary>The current tool's <c>report access --raw_form</c>: every region of every snapshot, series by series. <see cref="Finish"/> at the end.</summary>
sealed class AccessRawForm
{
    readonly AccessOutput _output;
    readonly NumberStyle _numbers;
    readonly AccessScan _scan;
    AccessSeries? _series;

    /// <summary>Starts a report.</summary>
    /// <param name="output">Takes UTF-8; stays open.</param>
    /// <param name="options">Only how numbers are written and how it ends.</param>
    /// <param name="scan">The whole record, as it passed the same filter.</param>
    public AccessRawForm(Stream output, AccessReportOptions options, AccessScan scan)
    {
        ArgumentNullException.ThrowIfNull(options);
        _output = new AccessOutput(output, options.PagerRule);
        _numbers = options.RawNumbers ? NumberStyle.Raw : NumberStyle.Current;
        _scan = scan;
    }

    /// <summary>Reports a snapshot; those of a series must come one after the other.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Add(AccessSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        AccessSeries series = _scan.Of(snapshot);
        if (series != _series)
        {
            _series = series;
            _output.Part().Append("base_time_absolute: ").Append(Time(series.StartNs));
            _output.Part().Append("data source: ").Append(series.Series.DataSource ?? "unknown");
            _output.Part();
        }

        Line("monitoring_start:    ", snapshot.StartNs - series.StartNs);
        Line("monitoring_end:      ", snapshot.EndNs - series.StartNs);
        Line("monitoring_duration: ", snapshot.EndNs - snapshot.StartNs);
        _output.Part().Append(CultureInfo.InvariantCulture, $"target_id: {snapshot.TargetId}");
        _output.Part().Append(CultureInfo.InvariantCulture, $"nr_regions: {snapshot.Regions.Count}");
        _output.Part().Append("# start_addr     end_addr        length  nr_accesses   age");
        foreach (AccessRegion region in snapshot.Regions)
        {
            StringBuilder line = _output.Part();
            line.Append(
                CultureInfo.InvariantCulture,
                $"{region.Region.Start:x12}-{region.Region.End:x12} ({SizeText.Format(region.Region.Size, _numbers),12}) ");
            line.Append(CultureInfo.InvariantCulture, $"{region.Region.NrAccesses,11} {region.Region.Age,5}");
        }

        _output.Part();
    }

    /// <summary>Writes the end. Nothing can be added afterwards.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Finish()
    {
        _output.Part();
        _output.Finish();
    }

    void Line(string name, long ns) => _output.Part().Append(name).Append(Time(ns).PadLeft(16));

    string Time(long ns) => DurationText.Format(ns, _numbers);
}
