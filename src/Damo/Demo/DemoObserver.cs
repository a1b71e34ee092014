using System.Globalization;
using Damo.CommandLine;
using Damo.Views;
using Damo.Workloads;
using Damon.Monitoring;

namespace Damo.Demo;

/// <summary>Draws what is found and what is true while the demo runs, and passes everything on to the judge.</summary>
/// <param name="known">What the workload does.</param>
/// <param name="judge">Judges the samples.</param>
/// <param name="found">Filled with what is found.</param>
/// <param name="truth">Filled with what is true.</param>
/// <param name="duration">The time that all rows stand for.</param>
/// <param name="terminal">Shows the progress.</param>
sealed class DemoObserver(IAccessTruth known, SampleJudge judge, HeatMeans found, HeatMeans truth, TimeSpan duration, Terminal terminal) : IKdamondObserver
{
    readonly double _durationNs = duration.TotalMicroseconds * 1000;
    readonly AddressRange _range = new(known.Regions[0].Range.Start, known.Regions[^1].Range.End);
    long _startNs = -1;
    long _lastNs;
    long _sumRegions;

    /// <summary>Aggregation intervals seen.</summary>
    public int NrSnapshots { get; private set; }

    /// <summary>Fewest regions of a snapshot.</summary>
    public int MinNrRegions { get; private set; } = int.MaxValue;

    /// <summary>Most regions of a snapshot.</summary>
    public int MaxNrRegions { get; private set; }

    /// <summary>Mean number of regions.</summary>
    public double MeanNrRegions => NrSnapshots == 0 ? 0 : (double)_sumRegions / NrSnapshots;

    /// <inheritdoc/>
    public bool AfterSampling(MonitoringContext context) => judge.AfterSampling(context);

    /// <inheritdoc/>
    public bool AfterCheck(MonitoringContext context, in SamplingWindow window)
    {
        if (_startNs < 0)
        {
            _startNs = _lastNs = window.PrepareStartNs;
        }

        return judge.AfterCheck(context, in window);
    }

    /// <inheritdoc/>
    public bool AfterAggregation(MonitoringContext context) => judge.AfterAggregation(context);

    /// <inheritdoc/>
    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
    {
        NrSnapshots++;
        _sumRegions += snapshot.NrRegions;
        MinNrRegions = Math.Min(MinNrRegions, snapshot.NrRegions);
        MaxNrRegions = Math.Max(MaxNrRegions, snapshot.NrRegions);

        double top = (_lastNs - _startNs) / _durationNs;
        double bottom = (snapshot.TimeNs - _startNs) / _durationNs;
        _lastNs = snapshot.TimeNs;
        double most = Math.Max(context.Attributes.MaxNrAccesses, 1);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            foreach (ref readonly SnapshotRegion region in snapshot[i].Regions)
            {
                found.Add(top, bottom, Place(region.Start), Place(region.End), region.NrAccesses / most);
            }
        }

        ReadOnlySpan<LoggedRegion> regions = known.Regions;
        for (int i = 0; i < regions.Length; i++)
        {
            truth.Add(top, bottom, Place(regions[i].Range.Start), Place(regions[i].Range.End), judge.LoggedRateNow(i));
        }

        if (terminal.ErrorIsTerminal)
        {
            double seconds = (snapshot.TimeNs - _startNs) / 1e9;
            terminal.Error.Write(
                string.Create(CultureInfo.InvariantCulture, $"\rmonitoring {seconds:0.0} of {duration.TotalSeconds:0.#} s, {snapshot.NrRegions} regions "));
        }

        return judge.OnSnapshot(context, snapshot);
    }

    /// <inheritdoc/>
    public void BeforeTerminate(MonitoringContext context)
    {
        if (terminal.ErrorIsTerminal && NrSnapshots > 0)
        {
            terminal.Error.Write("\r\u001b[K");
        }
    }

    /// <summary>An address as a part of the workload's range.</summary>
    double Place(ulong address) => ((double)address - _range.Start) / _range.Size;
}
