using System.Text;
using Damon.Records.Streams;

namespace Damon.Reports.Access;

/// <summary>The current tool's <c>report access</c> as text: series by series, snapshot by snapshot. <see cref="Finish"/> at the end.</summary>
sealed class AccessReport
{
    readonly AccessOutput _output;
    readonly AccessScan _scan;
    readonly AccessTemplates _templates;
    readonly AccessValues _values;
    readonly Func<RecordSeries, AccessIntervals> _intervals;
    readonly IReadOnlyList<AccessSortOrder> _order;
    AccessSeries? _series;
    bool _isFirst;

    /// <summary>Starts a report.</summary>
    /// <param name="output">Takes UTF-8; stays open.</param>
    /// <param name="options">What is shown.</param>
    /// <param name="scan">The whole record, as it passed the same filter.</param>
    /// <param name="intervals">The intervals of a series, all of them known.</param>
    /// <exception cref="FormatException">A template has an unknown keyword; the message names the known ones.</exception>
    public AccessReport(Stream output, AccessReportOptions options, AccessScan scan, Func<RecordSeries, AccessIntervals> intervals)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(scan);
        _scan = scan;
        _intervals = intervals;
        _templates = new AccessTemplates(
            options,
            scan.NrSeries > 1,
            scan.HasSeveralSnapshots,
            scan.Series.Any(s => s.Series.SchemeFilters is not null),
            scan.Series.Any(s => SchemeFilterText.HasOperationsFilter(s.Series.SchemeFilters)));
        _values = new AccessValues(options, scan, _templates);
        _output = new AccessOutput(output, options.PagerRule);
        _order = Order(options);
    }

    /// <summary>Whether a template can be used, without a record at hand.</summary>
    /// <exception cref="FormatException">It has an unknown keyword.</exception>
    public static void Check(AccessTemplateChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        AccessTemplate.Parse(change.Text, change.Area, new Dictionary<string, int>());
    }

    /// <summary>Whether a template can name <paramref name="keyword"/>, in any of its parts.</summary>
    public static bool IsKeyword(string keyword) => AccessTemplate.IsKeyword(keyword);

    /// <summary>Reports a snapshot; those of a series must come one after the other.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Add(AccessSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        AccessSeries series = _scan.Of(snapshot);
        if (series != _series)
        {
            EndSeries();
            _series = series;
            _values.Begin(series, _intervals(series.Series));
            Write(AccessArea.RecordHead);
            _isFirst = true;
        }

        if (!_isFirst && !_templates[AccessArea.SnapshotTail].IsEmpty && !_values.IsSizeOnly)
        {
            _output.Part();
        }

        _isFirst = false;
        if (_order.Count > 0)
        {
            snapshot.Sort(Compare);
        }

        _values.Begin(snapshot);
        Write(AccessArea.SnapshotHead);
        AccessTemplate region = _templates[AccessArea.Region];
        for (int i = 0; i < snapshot.Regions.Count && !region.IsEmpty; i++)
        {
            _values.Begin(snapshot.Regions[i], i);
            Write(AccessArea.Region);
        }

        Write(AccessArea.SnapshotTail);
    }

    /// <summary>Writes the end. Nothing can be added afterwards.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Finish()
    {
        EndSeries();
        _output.Finish();
    }

    void EndSeries()
    {
        if (_series is not null)
        {
            Write(AccessArea.RecordTail);
            foreach (string line in _templates.HasOwnTail ? [] : _values.RecordNotes())
            {
                _output.Part().Append(line);
            }
        }
    }

    int Compare(AccessRegion x, AccessRegion y)
    {
        // As by sorting with one key after the other.
        foreach (AccessSortOrder key in _order.Reverse())
        {
            int order = key.Compare(x, y);
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    void Write(AccessArea area)
    {
        AccessTemplate template = _templates[area];
        if (template.IsEmpty)
        {
            return;
        }

        StringBuilder text = _output.Part();
        foreach (AccessTemplatePiece piece in template.Pieces)
        {
            text.Append(piece.Literal);
            if (piece.Keyword != AccessKeyword.None)
            {
                string value = _values.Of(piece.Keyword, area);
                text.Append(value).Append(' ', Math.Max(piece.Width - value.Length, 0));
            }
        }
    }

    static IReadOnlyList<AccessSortOrder> Order(AccessReportOptions options) => options switch
    {
        { SortBy.Count: > 0 } => options.SortBy,
        { Style: AccessStyle.Hot } => [new AccessSortOrder(AccessSortKey.Temperature, Descending: true)],
        { Style: AccessStyle.Cold } => [new AccessSortOrder(AccessSortKey.Temperature, Descending: false)],
        _ => [],
    };
}
