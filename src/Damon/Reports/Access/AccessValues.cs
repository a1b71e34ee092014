using System.Globalization;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records.Streams;
using Damon.Reports.Heatmap;

namespace Damon.Reports.Access;

/// <summary>The values of the keywords for the record, the snapshot and the region that are being written.</summary>
sealed class AccessValues(AccessReportOptions options, AccessScan scan, AccessTemplates templates)
{
    const double NsPerUs = 1e3;
    const double BpPerPercent = 100;
    const string NotThere = "None";

    // Boxes in a line of a style stand below each other; those of a user's template do not.
    const int StyleBoxLength = 40;
    const int BoxLength = 30;
    const int BoxHeight = 5;

    readonly NumberStyle _numbers = options.RawNumbers ? NumberStyle.Raw : NumberStyle.Current;
    readonly RegionBox _box = new(scan.AgeUs, scan.Size, scan.Percent);
    readonly bool _alignBoxes = options.Style is AccessStyle.SimpleBoxes or AccessStyle.Hot or AccessStyle.Cold;
    AccessSeries _series = new(RecordSeries.Unknown, 0, 0);
    AccessIntervals _intervals;
    AccessSnapshot _snapshot = new();
    AccessRegion _region;
    AccessSeries? _named;
    IReadOnlyList<HeatmapName> _names = [];
    int _index;

    /// <summary>Whether each snapshot is one line.</summary>
    public bool IsSizeOnly => options.TotalSizeOnly;

    public void Begin(AccessSeries series, AccessIntervals intervals) => (_series, _intervals) = (series, intervals);

    public void Begin(AccessSnapshot snapshot) => _snapshot = snapshot;

    public void Begin(in AccessRegion region, int index) => (_region, _index) = (region, index);

    /// <summary>Lines that end a record if there is something to say.</summary>
    public IEnumerable<string> RecordNotes()
    {
        if (_series.Series.IntervalsGoal is { Aggrs: > 0 })
        {
            yield return $"# {Goal()}";
        }

        if (_series.Series.DataSource is { } source && source != "unknown")
        {
            yield return $"# data source: {source}";
        }
    }

    /// <summary>The text of a keyword.</summary>
    public string Of(AccessKeyword keyword, AccessArea area) => area switch
    {
        AccessArea.Region => OfRegion(keyword),
        AccessArea.SnapshotHead or AccessArea.SnapshotTail => OfSnapshot(keyword),
        _ => OfRecord(keyword),
    };

    string OfRegion(AccessKeyword keyword) => keyword switch
    {
        AccessKeyword.Index => _index.ToString(CultureInfo.InvariantCulture),
        AccessKeyword.StartAddress => Address(_region.Region.Start),
        AccessKeyword.EndAddress => Address(_region.Region.End),
        AccessKeyword.Mapping => Mapping(),
        AccessKeyword.Size => SizeText.Format(_region.Region.Size, _numbers),
        AccessKeyword.AccessRate => options.RawNumbers ? Plain(_region.Percent) : $"{CountText.Format(_region.Percent)} %",
        AccessKeyword.AccessHz => Hz(_snapshot.Intervals.Hz(_region.Region.NrAccesses)),
        AccessKeyword.Age => _region.Region.Age < 0 ? "unknown" : TimeOfUs(_region.AgeUs),
        AccessKeyword.Temperature => Number(_region.Temperature),
        AccessKeyword.FiltersPassedBytes => SizeText.Format(_region.FilterPassed, _numbers),
        AccessKeyword.Box => _box.Draw(
            _region,
            _alignBoxes ? StyleBoxLength : BoxLength,
            _alignBoxes ? 1 : BoxHeight,
            _alignBoxes,
            options.Colored ? HeatColors.Emotion : null),

        // No reader keeps probe hits.
        _ => "",
    };

    string OfSnapshot(AccessKeyword keyword) => keyword switch
    {
        AccessKeyword.TotalBytes => Bytes(_snapshot.TotalBytes),
        AccessKeyword.Duration => Time(_snapshot.EndNs - _snapshot.StartNs),
        AccessKeyword.StartTime => Time(_snapshot.StartNs - _series.StartNs),
        AccessKeyword.EndTime => Time(_snapshot.EndNs - _series.StartNs),
        AccessKeyword.AbsStartTime => Time(_snapshot.StartNs),
        AccessKeyword.AbsEndTime => Time(_snapshot.EndNs),
        AccessKeyword.NumberOfRegions => Number(_snapshot.Regions.Count),
        AccessKeyword.RegionBoxColors => "access rate: " + BoxColors(),
        AccessKeyword.RegionBoxDescription =>
            "# the longer a box, the older the region; the higher, the larger; the digit is its access rate, from 0 for the least to 9 for the greatest",
        AccessKeyword.Heatmap => AccessHeatmap.Of(_snapshot, options, filterPassed: false),
        AccessKeyword.FiltersPassedHeatmap => AccessHeatmap.Of(_snapshot, options, filterPassed: true),
        AccessKeyword.FiltersPassedType => SchemeFilterText.Format(_series.Series.SchemeFilters, _numbers),
        AccessKeyword.FiltersPassedBytes => Bytes(_snapshot.FilterPassed),
        AccessKeyword.PositiveAccessSamplesRatio => PositiveSamples(),
        AccessKeyword.EstimatedMemoryBandwidth => PerSecond(_snapshot.BytesPerSecond),
        AccessKeyword.FiltersPassedEstimatedMemoryBandwidth => PerSecond(_snapshot.FilterPassedPerSecond),
        AccessKeyword.IntervalsTuningStatus => _series.Series.IntervalsGoal is { Aggrs: > 0 } ? Goal() : "",
        AccessKeyword.DamosStats => Statistics(),
        AccessKeyword.SnapshotIntervals =>
            $"sample {TimeOfUs(_snapshot.Intervals.SampleUs)} aggr {TimeOfUs(_snapshot.Intervals.AggrUs)} (max access hz "
                + $"{Rate(_snapshot.Intervals.Hz(_snapshot.Intervals.MaxSamples))})",
        _ => new AccessBlocks(options, _snapshot).Of(keyword),
    };

    string OfRecord(AccessKeyword keyword) => keyword switch
    {
        AccessKeyword.KdamondIndex => Index(_series.Series.KdamondIndex),
        AccessKeyword.ContextIndex => Index(_series.Series.ContextIndex),
        AccessKeyword.SchemeIndex => Index(_series.Series.SchemeIndex),
        AccessKeyword.TargetId => _series.TargetId.ToString(CultureInfo.InvariantCulture),
        AccessKeyword.AbsStartTime => Time(_series.StartNs),
        AccessKeyword.Duration => Time(_series.EndNs - _series.StartNs),
        AccessKeyword.Intervals => $"sample {TimeOfUs(_intervals.SampleUs)}, aggr {TimeOfUs(_intervals.AggrUs)}",
        AccessKeyword.IntervalsGoal => Goal(),
        AccessKeyword.DataSource => _series.Series.DataSource ?? "unknown",
        AccessKeyword.FormatStrings => FormatStrings(),
        _ => "",
    };

    string FormatStrings() =>
        string.Join('\n', Enum.GetValues<AccessArea>().Select(a => $"{AreaName(a)}: {templates[a].Text.Replace("\n", "\\n", StringComparison.Ordinal)}"));

    static string AreaName(AccessArea area) => area switch
    {
        AccessArea.RecordHead => "record head",
        AccessArea.SnapshotHead => "snapshot head",
        AccessArea.Region => "region",
        AccessArea.SnapshotTail => "snapshot tail",
        _ => "record tail",
    };

    string BoxColors()
    {
        System.Text.StringBuilder text = new();
        for (int level = 0; level < 10; level++)
        {
            AccessHeatmap.AppendLevel(text, level, 1, options.Colored ? HeatColors.Emotion : null);
        }

        return text.ToString();
    }

    string Goal()
    {
        RecordIntervalsGoal goal = _series.Series.IntervalsGoal ?? new RecordIntervalsGoal();
        return $"target {CountText.FormatPercent(goal.AccessBp / BpPerPercent)} accesses per {CountText.Format(goal.Aggrs)} aggrs, "
            + $"[{TimeOfUs(goal.MinSampleUs)}, {TimeOfUs(goal.MaxSampleUs)}] sampling interval";
    }

    string Statistics()
    {
        if (_snapshot.Statistics is not { } s)
        {
            return "";
        }

        (string Name, string Value)[] all =
        [
            ("nr_tried", Number(s.NrTried)),
            ("sz_tried", SizeText.Format(s.SizeTried, _numbers)),
            ("nr_applied", Number(s.NrApplied)),
            ("sz_applied", SizeText.Format(s.SizeApplied, _numbers)),
            ("sz_ops_filter_passed", SizeText.Format(s.SizeOpsFilterPassed, _numbers)),
            ("qt_exceeds", Number(s.QuotaExceeds)),
            ("nr_snapshots", Number(s.NrSnapshots)),
            ("max_nr_snapshots", Number(s.MaxNrSnapshots)),
        ];
        return string.Join('\n', all.Select(v => $"{v.Name}: {v.Value}"));
    }

    /// <summary>How much of all samples, weighed by size, found an access.</summary>
    string PositiveSamples()
    {
        double sum = 0;
        foreach (AccessRegion region in _snapshot.Regions)
        {
            sum += (double)region.Region.Size * region.Region.NrAccesses;
        }

        double all = (double)_snapshot.Bytes * _snapshot.Intervals.MaxSamples;
        return CountText.FormatPercent(all > 0 ? sum * 100 / all : 0);
    }

    // Eleven regions at 127.485 TiB are not told apart.
    string Address(ulong address) => options.ForPeople && !options.RawNumbers ? $"0x{address:x12}" : SizeText.Format(address, _numbers);

    /// <summary>Names in the region, the largest share first.</summary>
    string Mapping()
    {
        const int Most = 2;
        const int MaxLength = 40;
        if (_series != _named)
        {
            _named = _series;
            _names = options.NamesOf(_series.TargetId);
        }

        AddressRange range = new(_region.Region.Start, _region.Region.End);
        string[] names = [.. _names.Where(n => n.Addresses.Intersects(range))
            .OrderByDescending(n => Math.Min(n.Addresses.End, range.End) - Math.Max(n.Addresses.Start, range.Start))
            .Select(n => n.Name).Distinct()];
        string more = names.Length > Most ? string.Create(CultureInfo.InvariantCulture, $" and {names.Length - Most} more") : "";
        return string.Join(", ", names.Take(Most).Select(n => VisibleText.Of(n, MaxLength))) + more;
    }

    string PerSecond(double bytes) => $"{SizeText.Format(bytes, _numbers)} per second";

    string Bytes(UInt128 bytes) => bytes <= ulong.MaxValue ? SizeText.Format((ulong)bytes, _numbers) : SizeText.Format((double)bytes, _numbers);

    string Hz(double hz) => options.RawNumbers ? Rate(hz) : CountText.FormatHz(hz);

    // The plain number is the shortest that reads back as the same.
    string Rate(double hz) => options.RawNumbers ? hz.ToString(CultureInfo.InvariantCulture) : CountText.FormatRate(hz);

    string Time(long ns) => DurationText.Format(ns, _numbers);

    string TimeOfUs(double us) => options.RawNumbers ? Plain((Int128)us) : DurationText.Format(us * NsPerUs);

    string Number(Int128 value) => options.RawNumbers ? Plain(value) : CountText.Format(value);

    static string Plain(Int128 value) => value.ToString(CultureInfo.InvariantCulture);

    static string Index(int? index) => index?.ToString(CultureInfo.InvariantCulture) ?? NotThere;
}
