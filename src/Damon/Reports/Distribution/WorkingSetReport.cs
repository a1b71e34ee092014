using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Reports.Distribution;

/// <summary><c>report wss</c> as the tool's versions 0.0.1 to 2.4 worked it out: with a least size, and with snapshots added up to a working time.</summary>
/// <remarks>
/// Takes the record twice, for the versions before 1.6.8 add up a number of snapshots that follows from the mean length of all: first
/// <see cref="Measure"/> each snapshot, then <see cref="Add"/> each. Keeps one number per snapshot and target, and the regions of one working time.
/// </remarks>
public sealed class WorkingSetReport
{
    readonly Dictionary<SeriesKey, WorkingSetSeries> _byKey = [];
    readonly List<WorkingSetSeries> _inOrder = [];

    /// <summary>Starts a report.</summary>
    /// <exception cref="ArgumentException">The style is the first tool's, whose report is <see cref="DistributionReport"/>.</exception>
    public WorkingSetReport(WorkingSetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Style.IsFirst)
        {
            throw new ArgumentException("The first tool's report is another one.", nameof(options));
        }

        Options = options;
    }

    /// <summary>What it shows.</summary>
    public WorkingSetOptions Options { get; }

    /// <summary>Targets that have no value, and the number of their snapshots, in the order of their first appearance.</summary>
    public IEnumerable<ShortTarget> ShortTargets => _inOrder.Where(s => s.Values.Count == 0).Select(s => new ShortTarget(s.TargetId, s.Snapshots));

    /// <summary>Which snapshots of each target count, in the order of their first appearance.</summary>
    internal IReadOnlyList<WorkingSetSpan> Spans => [.. _inOrder.Select(s => s.Span)];

    /// <summary>Takes note of the times of a snapshot, in the first pass.</summary>
    public void Measure(RecordSeries series, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(snapshot);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SeriesKey key = SeriesKey.Of(series, snapshot[i]);
            if (!_byKey.TryGetValue(key, out WorkingSetSeries? values))
            {
                values = new WorkingSetSeries(series, snapshot[i].Id, Options);
                _byKey.Add(key, values);
                _inOrder.Add(values);
            }

            values.Measure(snapshot);
        }
    }

    /// <summary>Counts one snapshot, in the second pass.</summary>
    /// <exception cref="OverflowException">The regions of a target overlap so much that their sizes add up to more than 64 bits, or there are too
    /// many.</exception>
    public void Add(RecordSeries series, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(snapshot);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            if (_byKey.TryGetValue(SeriesKey.Of(series, snapshot[i]), out WorkingSetSeries? values))
            {
                values.Add(snapshot, snapshot[i]);
            }
        }
    }

    /// <summary>The distributions; one without a value where too few snapshots are left. Ends the report: nothing can be added afterwards.</summary>
    /// <exception cref="OverflowException">The working sets of all targets add up to more than 64 bits.</exception>
    public IReadOnlyList<WorkingSetDistribution> Finish()
    {
        foreach (WorkingSetSeries series in _inOrder)
        {
            series.Finish();
        }

        WorkingSetSeries[] whole = [.. _inOrder.Where(s => s.Values.Count > 0)];
        if (_inOrder.Count == 0 || !Options.CollapsesTargets)
        {
            return [.. _inOrder.Select(s => Distribution(s.TargetId, [.. s.Values]))];
        }

        ulong[] sums = new ulong[whole.Select(s => s.Values.Count).DefaultIfEmpty(0).Max()];
        foreach (WorkingSetSeries series in whole)
        {
            for (int i = 0; i < series.Values.Count; i++)
            {
                sums[i] = checked(sums[i] + series.Values[i]);
            }
        }

        return [Distribution(0, sums)];
    }

    WorkingSetDistribution Distribution(Int128 targetId, ulong[] values) =>
        new(targetId, values.Length == 0 ? ValueDistribution.None : ValueDistribution.Of(values, Options.Percentiles, Options.SortByTime));
}
