using System.Diagnostics.Metrics;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Diagnostics;

/// <summary>The one meter of the process, and the runs that show their values by it.</summary>
static class TelemetryMeter
{
    static readonly Lock s_gate = new();
    static KdamondTelemetry[] s_runs = [];
    static readonly Meter s_meter = new(KdamondTelemetry.Name, KdamondTelemetry.Version);

    static readonly Instrument[] s_fromSnapshots =
    [
        s_meter.CreateObservableUpDownCounter(
            "damon.working_set.size",
            () => Sizes(static target => target.WorkingSet),
            "By",
            "Memory that was accessed in the last aggregation interval."),
        s_meter.CreateObservableUpDownCounter(
            "damon.hot.size",
            () => Sizes(static target => target.Hot),
            "By",
            "Memory that most samples of the last aggregation interval found accessed."),
        s_meter.CreateObservableUpDownCounter("damon.idle.size", Idle, "By", "Memory that was not accessed, by the time since it was."),
        s_meter.CreateObservableUpDownCounter("damon.regions", Regions, "{region}", "Regions that are monitored."),
    ];

    static readonly Instrument[] s_fromStatistics =
    [
        s_meter.CreateObservableCounter("damon.samples", () => Counts(static run => run.Statistics.NrSamples), "{sample}", "Samples taken."),
        s_meter.CreateObservableCounter(
            "damon.checks",
            () => Counts(static run => run.Statistics.NrChecks),
            "{check}",
            "Access checks made: regions summed over the samples."),
        s_meter.CreateObservableCounter(
            "damon.aggregations",
            () => Counts(static run => run.Statistics.NrAggregations),
            "{interval}",
            "Aggregation intervals that ended."),
        s_meter.CreateObservableCounter(
            "damon.missed_ticks",
            () => Counts(static run => run.Statistics.NrMissedTicks),
            "{tick}",
            "Sampling intervals that were left out because the one before took too long."),
        s_meter.CreateObservableCounter("damon.cpu.time", CpuTime, "s", "CPU time of the thread that monitors."),
        s_meter.CreateObservableCounter(
            "damon.scheme.tried.size",
            () => Schemes(static scheme => scheme.Statistics.SizeTried),
            "By",
            "Memory that a scheme was tried on."),
        s_meter.CreateObservableCounter(
            "damon.scheme.applied.size",
            () => Schemes(static scheme => scheme.Statistics.SizeApplied),
            "By",
            "Memory that a scheme was applied to."),
    ];

    /// <summary>Whether there is a listener for the values taken from snapshots.</summary>
    internal static bool IsEnabled
    {
        get
        {
            foreach (Instrument instrument in s_fromSnapshots)
            {
                if (instrument.Enabled)
                {
                    return true;
                }
            }

            return false;
        }
    }

    internal static void Add(KdamondTelemetry run)
    {
        lock (s_gate)
        {
            s_runs = [.. s_runs, run];
        }
    }

    internal static void Remove(KdamondTelemetry run)
    {
        lock (s_gate)
        {
            s_runs = [.. s_runs.Where(other => other != run)];
        }
    }

    static KdamondTelemetry[] Runs => Volatile.Read(ref s_runs);

    static List<Measurement<long>> Sizes(Func<TargetFigures, ulong> size)
    {
        List<Measurement<long>> measurements = [];
        foreach (KdamondTelemetry run in Runs)
        {
            run.AddSizes(measurements, size);
        }

        return measurements;
    }

    static List<Measurement<long>> Idle()
    {
        List<Measurement<long>> measurements = [];
        foreach (KdamondTelemetry run in Runs)
        {
            run.AddIdle(measurements);
        }

        return measurements;
    }

    static List<Measurement<long>> Regions()
    {
        List<Measurement<long>> measurements = [];
        foreach (KdamondTelemetry run in Runs)
        {
            if (run.NrRegions is { } count)
            {
                measurements.Add(new(count, run.ContextTag));
            }
        }

        return measurements;
    }

    static List<Measurement<long>> Counts(Func<KdamondTelemetry, long> count)
    {
        List<Measurement<long>> measurements = [];
        foreach (KdamondTelemetry run in Runs)
        {
            measurements.Add(new(count(run), run.ContextTag));
        }

        return measurements;
    }

    static List<Measurement<double>> CpuTime()
    {
        List<Measurement<double>> measurements = [];
        foreach (KdamondTelemetry run in Runs)
        {
            measurements.Add(new(run.Statistics.CpuNs / 1e9, run.ContextTag));
        }

        return measurements;
    }

    static List<Measurement<long>> Schemes(Func<Scheme, ulong> size)
    {
        List<Measurement<long>> measurements = [];
        foreach (KdamondTelemetry run in Runs)
        {
            Scheme[] schemes = run.Schemes;
            for (int i = 0; i < schemes.Length; i++)
            {
                measurements.Add(new(
                    (long)Math.Min(size(schemes[i]), long.MaxValue),
                    run.ContextTag,
                    new("damon.scheme", i),
                    new("damon.action", SchemeNames.Of(schemes[i].Action))));
            }
        }

        return measurements;
    }
}
