using Damon.Monitoring;

namespace Damon.Schemes.Replay;

/// <summary>Runs schemes over a record: what they would have matched, how much, and how much of it was wanted back soon. Nothing is touched.</summary>
/// <remarks>
/// The scheme engine is the live one, given the regions, access counts and ages of each snapshot; so the counters are those of a live run on the
/// same accesses. The age of what an action takes restarts, as in a live run, but the recorded accesses do not change. A pass comes with each
/// snapshot; shorter apply intervals cannot be replayed. Ages that the record does not know are followed from snapshot to snapshot.
/// </remarks>
public sealed class SchemeReplay
{
    const long NsPerSecond = 1_000_000_000;

    readonly ReplayOperations _operations;
    readonly ReplayClock _clock = new();
    readonly MonitoringContext _context;
    readonly SchemeEngine _engine;
    readonly Dictionary<TargetKey, ReplayTarget> _targets = [];
    readonly List<SchemeRegret> _regrets = [];
    readonly List<ReplayRate> _rates = [];
    readonly List<Target> _gone = [];
    long _firstNs;
    ulong _samples;

    /// <summary>A replay that has seen nothing yet.</summary>
    /// <param name="schemes">The schemes; they count what they would have done.</param>
    /// <param name="attributes">The intervals of the record.</param>
    /// <param name="priority">Which regions an action takes first when its quota does not suffice; null for the rules of virtual address spaces.</param>
    /// <exception cref="ArgumentException">The settings of a scheme, or the attributes, contradict each other.</exception>
    public SchemeReplay(IReadOnlyList<Scheme> schemes, MonitoringAttributes attributes, Func<SchemeAction, SchemePriority>? priority = null)
    {
        ArgumentNullException.ThrowIfNull(schemes);
        _operations = new ReplayOperations(this, priority);
        _context = new MonitoringContext(_operations) { Attributes = attributes };
        _engine = new SchemeEngine(_operations, _clock);
        foreach (Scheme scheme in schemes)
        {
            _engine.Add(scheme);
            _regrets.Add(new SchemeRegret());
            _rates.Add(new ReplayRate(scheme));
        }

        Schemes = schemes;
    }

    /// <summary>The schemes with their counters.</summary>
    public IReadOnlyList<Scheme> Schemes { get; }

    /// <summary>Snapshots seen.</summary>
    public long NrSnapshots { get; private set; }

    /// <summary>Time from the first snapshot to the last, and one aggregation interval, in seconds; 0 before the first.</summary>
    public double Seconds { get; private set; }

    /// <summary>Observers of every region that is tried.</summary>
    public IList<ISchemeObserver> Observers => _engine.Observers;

    /// <summary>What was regretted of what a scheme took; complete after <see cref="End"/>.</summary>
    /// <param name="scheme">Index of the scheme.</param>
    public IReadOnlyList<RegretWindow> RegretOf(int scheme) => _regrets[scheme].Windows;

    /// <summary>What a scheme would have been tried on, second by second; those in which nothing matched are missing.</summary>
    /// <param name="scheme">Index of the scheme.</param>
    public IReadOnlyList<ReplaySecond> SecondsOf(int scheme) => _rates[scheme].Seconds;

    /// <summary>Bytes that a scheme has taken and that were not accessed since.</summary>
    /// <param name="scheme">Index of the scheme.</param>
    public ulong TakenBytes(int scheme) => _regrets[scheme].TakenBytes;

    /// <summary>Replays one snapshot. They come in the order of time.</summary>
    public void Add(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _firstNs = NrSnapshots == 0 ? snapshot.TimeNs : _firstNs;
        NrSnapshots++;
        _clock.NowNs = Math.Max(_clock.NowNs, snapshot.TimeNs);
        Seconds = ((_clock.NowNs - _firstNs) / 1e9) + (_context.Attributes.AggregationUs / 1e6);
        FollowTargets(snapshot);
        _samples += Math.Max(_context.Attributes.MaxNrAccesses, 1);
        _ = _engine.RestNs(_context, _clock.NowNs);
        _engine.AfterSample(_context, _samples, _clock.NowNs, isAggregated: true);
        foreach (ReplayRate rate in _rates)
        {
            rate.Add((_clock.NowNs - _firstNs) / NsPerSecond);
        }
    }

    /// <summary>The record is over.</summary>
    public void End()
    {
        foreach (SchemeRegret regret in _regrets)
        {
            regret.End(_clock.NowNs);
        }
    }

    void FollowTargets(Snapshot snapshot)
    {
        _gone.Clear();
        foreach (Target target in _context.Targets)
        {
            _gone.Add(target);
        }

        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget recorded = snapshot[i];
            if (!_targets.TryGetValue(recorded.Key, out ReplayTarget? replay))
            {
                _targets.Add(recorded.Key, replay = new ReplayTarget(recorded.Key));
            }

            if (!_gone.Remove(replay.Target))
            {
                _context.AddTarget(replay.Target);
            }

            replay.Fill(recorded, NrSnapshots, _context.Attributes.MaxNrAccesses / 10);
            foreach (ref readonly SnapshotRegion region in recorded.Regions)
            {
                if (region.NrAccesses > 0)
                {
                    foreach (SchemeRegret regret in _regrets)
                    {
                        regret.Access(recorded.Key, region.Start, region.End, _clock.NowNs);
                    }
                }
            }
        }

        foreach (Target target in _gone)
        {
            _context.RemoveTarget(target);
        }
    }

    void Take(Target target, in Region region, Scheme scheme)
    {
        if (scheme.Action == SchemeAction.Stat)
        {
            return;
        }

        ReplayTarget replay = (ReplayTarget)target.OperationsState!;
        replay.Take(region.Range, NrSnapshots);
        for (int i = 0; i < Schemes.Count; i++)
        {
            if (ReferenceEquals(Schemes[i], scheme))
            {
                _regrets[i].Take(replay.Key, region.Start, region.End, _clock.NowNs);
            }
        }
    }

    sealed class ReplayClock : IKdamondClock
    {
        public long NowNs { get; set; }

        public long ThreadCpuNs => 0;

        public void SleepUntil(long deadlineNs)
        {
        }

        public void Wake()
        {
        }
    }

    sealed class ReplayOperations(SchemeReplay replay, Func<SchemeAction, SchemePriority>? priority) : ISchemeOperations
    {
        public void PrepareAccessChecks(MonitoringContext context)
        {
        }

        public void CheckAccesses(MonitoringContext context)
        {
        }

        public SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed)
        {
            replay.Take(target, in region, scheme);
            return new SchemeOutcome(scheme.Action == SchemeAction.Stat ? 0 : region.Size, region.Size);
        }

        public SchemePriority PriorityOf(SchemeAction action) =>
            priority?.Invoke(action) ?? (action == SchemeAction.PageOut ? SchemePriority.Cold : SchemePriority.None);
    }
}
