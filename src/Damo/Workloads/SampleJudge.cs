using Damon.Monitoring;

namespace Damo.Workloads;

/// <summary>
/// Compares what monitoring finds with what is true, sample by sample and, per aggregation interval, region by region
/// of the workload.
/// </summary>
/// <remarks>
/// A sample counts when the truth about its window is sure (see <see cref="AccessLog.Judge"/>), its address lies in a region of the
/// workload, and its answer was not held over from an earlier window. Allocates nothing per sample.
/// </remarks>
/// <param name="truth">What the workload does.</param>
/// <param name="targetId">The target that is the workload; others are not judged.</param>
sealed class SampleJudge(IAccessTruth truth, long targetId) : IKdamondObserver
{
    // A window in which the truth is unsure is half accessed.
    const double UnsureShare = 0.5;

    // Hot means accessed in at least this share of the windows.
    const double HotShare = 0.5;

    readonly SweepVerdict[] _verdicts = new SweepVerdict[truth.Regions.Length];
    readonly SweepVerdict[] _heldVerdicts = new SweepVerdict[truth.Regions.Length];
    bool[] _wasHeld = new bool[64];
    readonly RegionTally[] _tallies = new RegionTally[truth.Regions.Length];
    long _windowNs;

    /// <summary>
    /// When the pages of the answers that were held over so far, and are not any more, were cleared: begin and end, in nanoseconds.
    /// Where that is not told, such answers are not counted.
    /// </summary>
    public Func<(long StartNs, long EndNs)>? HeldWindow { get; init; }

    /// <summary>Samples found accessed that were.</summary>
    public long TruePositives { get; private set; }

    /// <summary>Samples found accessed that were not.</summary>
    public long FalsePositives { get; private set; }

    /// <summary>Samples found not accessed that were not.</summary>
    public long TrueNegatives { get; private set; }

    /// <summary>Samples found not accessed that were.</summary>
    public long FalseNegatives { get; private set; }

    /// <summary>Samples of the workload that were not counted, because the truth is unsure or the answer was held over.</summary>
    public long Uncounted { get; private set; }

    /// <summary>Windows judged.</summary>
    public long NrWindows { get; private set; }

    /// <summary>Regions of the workload found hot over an aggregation interval that were; see also the other three.</summary>
    public long HotTruePositives { get; private set; }

    /// <inheritdoc cref="FalsePositives"/>
    public long HotFalsePositives { get; private set; }

    /// <inheritdoc cref="FalseNegatives"/>
    public long HotFalseNegatives { get; private set; }

    /// <inheritdoc cref="TrueNegatives"/>
    public long HotTrueNegatives { get; private set; }

    /// <summary>Share of the samples found accessed that were; not a number when none was found.</summary>
    public double Precision => (double)TruePositives / (TruePositives + FalsePositives);

    /// <summary>Share of the samples accessed that were found; not a number when none was accessed.</summary>
    public double Recall => (double)TruePositives / (TruePositives + FalseNegatives);

    /// <summary><see cref="Precision"/> of the verdict hot, per region and aggregation interval.</summary>
    public double HotPrecision => (double)HotTruePositives / (HotTruePositives + HotFalsePositives);

    /// <summary><see cref="Recall"/> of the verdict hot, per region and aggregation interval.</summary>
    public double HotRecall => (double)HotTruePositives / (HotTruePositives + HotFalseNegatives);

    /// <summary>Mean length of a window, in nanoseconds.</summary>
    public double MeanWindowNs => NrWindows == 0 ? 0 : (double)_windowNs / NrWindows;

    /// <summary>Share of a region's samples that found it accessed.</summary>
    public double MeasuredRate(int region) => _tallies[region].NrSamples == 0 ? 0 : (double)_tallies[region].NrAccessed / _tallies[region].NrSamples;

    /// <summary>Share of the windows in which a region should be accessed, by its period; not a number where that varies.</summary>
    public double ExpectedRate(int region) => truth.Regions[region].PeriodNs switch
    {
        LoggedRegion.Varies => double.NaN,
        0 => 0,
        long period => Math.Min(1, MeanWindowNs / period),
    };

    /// <summary>Share of the windows since the last <see cref="AfterAggregation"/> in which the region was accessed, by the log.</summary>
    public double LoggedRateNow(int region)
    {
        ref readonly RegionTally tally = ref _tallies[region];
        return tally.IntervalWindows == 0 ? 0 : tally.IntervalLogged / tally.IntervalWindows;
    }

    /// <inheritdoc/>
    public bool AfterSampling(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            if (target.Id != targetId)
            {
                continue;
            }

            ReadOnlySpan<Region> regions = target.Regions.AsSpan();
            if (_wasHeld.Length < regions.Length)
            {
                _wasHeld = new bool[regions.Length * 2];
            }

            for (int i = 0; i < regions.Length; i++)
            {
                _wasHeld[i] = regions[i].AnswerIsHeld;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public bool AfterCheck(MonitoringContext context, in SamplingWindow window)
    {
        NrWindows++;
        _windowNs += window.CheckStartNs - window.PrepareEndNs;
        ReadOnlySpan<LoggedRegion> logged = truth.Regions;
        for (int i = 0; i < logged.Length; i++)
        {
            SweepVerdict verdict = truth.Judge(i, in window);
            _verdicts[i] = verdict;
            ref RegionTally tally = ref _tallies[i];
            double share = verdict switch { SweepVerdict.Accessed => 1, SweepVerdict.Unknown => UnsureShare, _ => 0 };
            tally.IntervalLogged += share;
            tally.IntervalWindows++;
        }

        if (HeldWindow?.Invoke() is { } held)
        {
            SamplingWindow longer = window with { PrepareStartNs = held.StartNs, PrepareEndNs = held.EndNs };
            for (int i = 0; i < logged.Length; i++)
            {
                _heldVerdicts[i] = truth.Judge(i, in longer);
            }
        }

        foreach (Target target in context.Targets)
        {
            if (target.Id == targetId)
            {
                CountSamples(target.Regions.AsSpan(), logged);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public bool AfterAggregation(MonitoringContext context)
    {
        foreach (ref RegionTally tally in _tallies.AsSpan())
        {
            // Where no region was sampled there is nothing to compare.
            if (tally.IntervalSamples > 0)
            {
                bool found = tally.IntervalAccessed >= HotShare * tally.IntervalSamples;
                bool hot = tally.IntervalLogged >= HotShare * tally.IntervalWindows;
                HotTruePositives += found && hot ? 1 : 0;
                HotFalsePositives += found && !hot ? 1 : 0;
                HotFalseNegatives += !found && hot ? 1 : 0;
                HotTrueNegatives += !found && !hot ? 1 : 0;
            }
        }

        return true;
    }

    /// <summary>The interval is over and has been read by all who wanted it.</summary>
    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
    {
        StartInterval();
        return true;
    }

    /// <summary>Begins a new aggregation interval.</summary>
    public void StartInterval()
    {
        foreach (ref RegionTally tally in _tallies.AsSpan())
        {
            tally.IntervalSamples = 0;
            tally.IntervalAccessed = 0;
            tally.IntervalWindows = 0;
            tally.IntervalLogged = 0;
        }
    }

    void CountSamples(ReadOnlySpan<Region> regions, ReadOnlySpan<LoggedRegion> logged)
    {
        // Both lists are in address order, so one pass over both finds every pair.
        int at = 0;
        for (int i = 0; i < regions.Length; i++)
        {
            ref readonly Region region = ref regions[i];
            ulong address = region.SamplingAddress;
            if (!region.Range.Contains(address))
            {
                // It came into being after the sample was prepared.
                continue;
            }

            while (at < logged.Length && logged[at].Range.End <= address)
            {
                at++;
            }

            if (at == logged.Length)
            {
                break;
            }

            if (address < logged[at].Range.Start)
            {
                continue;
            }

            bool wasHeld = i < _wasHeld.Length && _wasHeld[i];
            if (region.AnswerIsHeld || (wasHeld && HeldWindow is null))
            {
                Uncounted++;
                continue;
            }

            ref RegionTally tally = ref _tallies[at];
            tally.NrSamples++;
            tally.IntervalSamples++;
            if (region.Accessed)
            {
                tally.NrAccessed++;
                tally.IntervalAccessed++;
            }

            switch ((wasHeld ? _heldVerdicts : _verdicts)[at], region.Accessed)
            {
                case (SweepVerdict.Accessed, true):
                    TruePositives++;
                    break;
                case (SweepVerdict.Accessed, false):
                    FalseNegatives++;
                    break;
                case (SweepVerdict.NotAccessed, true):
                    FalsePositives++;
                    break;
                case (SweepVerdict.NotAccessed, false):
                    TrueNegatives++;
                    break;
                default:
                    Uncounted++;
                    break;
            }
        }
    }
}
