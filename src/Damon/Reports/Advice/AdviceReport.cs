using System.Globalization;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records.Sidecar;
using Damon.Schemes.Replay;

namespace Damon.Reports.Advice;

/// <summary>Which schemes a record speaks for: several are tried on it, and those that save enough and are rarely wrong are proposed.</summary>
public sealed class AdviceReport
{
    const long NsPerSecond = 1_000_000_000;

    static readonly int[] s_idleSeconds = [2, 5, 10, 20, 30, 60, 120, 300, 600];

    readonly AdviceOptions _options;
    readonly MappedMemory _mapped;
    readonly IdleMemory _idle = new();
    readonly List<PageOutCandidate> _pageOuts;
    readonly HugePageCandidate _hugePages;
    long _firstNs;
    long _lastNs;
    long _nextMeasureNs;

    /// <summary>A report that has seen nothing yet.</summary>
    /// <param name="options">What is worth proposing.</param>
    /// <param name="attributes">The intervals of the record.</param>
    /// <param name="mappings">The mappings of its targets, in order of time; empty where they are not known.</param>
    public AdviceReport(AdviceOptions options, MonitoringAttributes attributes, IReadOnlyList<RecordMappings> mappings)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(attributes);
        _options = options;
        _mapped = new MappedMemory(mappings);
        _hugePages = new HugePageCandidate(attributes, mappings);

        // An age of one interval would be no time at all.
        _pageOuts = [.. s_idleSeconds.Where(seconds => (ulong)seconds * 1_000_000 >= 2 * attributes.AggregationUs)
            .Select(seconds => new PageOutCandidate(seconds, attributes))];
    }

    /// <summary>Snapshots seen.</summary>
    public long NrSnapshots { get; private set; }

    /// <summary>From the first snapshot to the last, in seconds.</summary>
    public double Seconds => (_lastNs - _firstNs) / 1e9;

    /// <summary>Adds a snapshot. They come in the order of time.</summary>
    public void Add(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _firstNs = NrSnapshots == 0 ? snapshot.TimeNs : _firstNs;
        _lastNs = Math.Max(_lastNs, snapshot.TimeNs);
        NrSnapshots++;
        _hugePages.Add(snapshot);
        Snapshot cut = _mapped.Cut(snapshot, static _ => true);
        _idle.Add(cut);
        foreach (PageOutCandidate candidate in _pageOuts)
        {
            candidate.Add(cut);
        }

        if (cut.TimeNs >= _nextMeasureNs)
        {
            _nextMeasureNs = cut.TimeNs + NsPerSecond;
            foreach (PageOutCandidate candidate in _pageOuts)
            {
                candidate.Measure(cut, _firstNs, _idle, _mapped);
            }

            _hugePages.Measure(cut, _idle);
        }
    }

    /// <summary>The proposals, and in a sentence each what was considered and is not proposed.</summary>
    public AdviceResult Finish()
    {
        List<SchemeProposal> proposals = [];
        List<string> rejected = [];
        AddPageOut(proposals, rejected);
        AddHugePages(proposals, rejected);
        return new AdviceResult(proposals, rejected);
    }

    /// <summary>The shortest time that is rarely wrong saves most.</summary>
    void AddPageOut(List<SchemeProposal> proposals, List<string> rejected)
    {
        string? last = null;
        double least = double.PositiveInfinity;
        foreach (PageOutCandidate candidate in _pageOuts)
        {
            SchemeProposal? proposal = candidate.Finish();
            if (proposal is null || candidate.WorstRegret is not { } regret)
            {
                last ??= proposal is { Bytes: > 0 }
                    ? $"pageout: the record is too short to tell what is accessed again within {RegretWindow.Shortest} s of having been idle for "
                        + $"{candidate.Seconds} s; record for longer"
                    : $"pageout: no memory was idle for {candidate.Seconds} s";
                break;
            }

            if (proposal.Bytes < _options.MinShare * proposal.MonitoredBytes)
            {
                last ??= $"pageout: too little memory is idle for {candidate.Seconds} s";
                break;
            }

            if (regret <= _options.MaxRegret)
            {
                proposals.Add(proposal);
                return;
            }

            if (regret < least)
            {
                least = regret;
                last = string.Create(
                    CultureInfo.InvariantCulture,
                    $"pageout: {SizeText.Format(Math.Round(proposal.Bytes))} ({100 * proposal.Bytes / proposal.MonitoredBytes:0.0} %) could be saved of what "
                        + $"is idle for {candidate.Seconds} s, but {100 * regret:0.0} % were accessed again too soon");
            }
        }

        rejected.Add(last ?? "pageout: the aggregation interval is too long to tell how long memory is idle");
    }

    void AddHugePages(List<SchemeProposal> proposals, List<string> rejected)
    {
        if (_hugePages.Finish() is not { } proposal || proposal.Bytes < _options.MinShare * proposal.MonitoredBytes)
        {
            rejected.Add("hugepage: too little memory of no file is hot for longer than a second in pieces of 2 MiB");
        }
        else if (proposal.IdleShare > _options.MaxRegret)
        {
            rejected.Add(FormattableString.Invariant($"hugepage: of what is hot for a second, {100 * proposal.IdleShare:0.0} % are idle later"));
        }
        else
        {
            proposals.Add(proposal);
        }
    }
}
