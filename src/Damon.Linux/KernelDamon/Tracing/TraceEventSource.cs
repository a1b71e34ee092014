using System.Globalization;
using Damon.Linux.KernelDamon.Files;
using Damon.Monitoring;
using Damon.Records.Streams;
using Damon.Records.TraceText;

namespace Damon.Linux.KernelDamon.Tracing;

/// <summary>Snapshots out of the kernel's event damon_aggregated, which tells every region at the end of each aggregation interval.</summary>
sealed class TraceEventSource : ISnapshotSource
{
    /// <summary>The event.</summary>
    public const string Event = "damon_aggregated";

    /// <summary>The event that tells of a new sampling interval (6.17).</summary>
    const string TuneEvent = "damon_monitor_intervals_tune";

    const string Subsystem = "damon/";

    static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(200);

    readonly TraceInstance _instance;
    readonly SnapshotJoiner _joiner;
    readonly Snapshot _part = new();
    TraceTextReader? _reader;
    long _lost;
    bool _ended;

    /// <summary>A source that makes a tracing instance, and does not trace yet.</summary>
    /// <param name="tree">The folder of tracefs.</param>
    /// <param name="pid">This process.</param>
    /// <param name="ids">What users know the targets by, in the order of the context.</param>
    /// <param name="unit">Bytes of a unit of addresses.</param>
    /// <param name="byAppearance">See <see cref="SnapshotJoiner"/>.</param>
    /// <exception cref="KernelDamonException">It cannot be made.</exception>
    public TraceEventSource(KernelTree tree, int pid, IReadOnlyList<Int128> ids, ulong unit = 1, bool byAppearance = false)
    {
        _instance = TraceInstance.Create(tree, pid);
        _joiner = new SnapshotJoiner(ids, unit, byAppearance);
    }

    /// <inheritdoc/>
    public string Description => "snapshots from the event damon_aggregated";

    /// <summary>Starts to trace.</summary>
    /// <param name="kernelPid">The pid of the kdamond's thread; null to take the events of all.</param>
    /// <param name="wait">Waits for events.</param>
    /// <param name="aggregationUs">How often events come.</param>
    /// <exception cref="KernelDamonException">The kernel refuses.</exception>
    public void Start(int? kernelPid, RunWait wait, ulong aggregationUs)
    {
        if (kernelPid is { } pid)
        {
            _instance.LimitTo(pid);
        }

        // Twice per interval: what is there is read in one go anyway.
        TimeSpan period = TimeSpan.FromMicroseconds(Math.Clamp(aggregationUs / 2.0, s_shortest.TotalMicroseconds, s_longest.TotalMicroseconds));
        _reader = new TraceTextReader(new PollingStream(_instance.OpenPipe(), wait, period, "trace_pipe"));
        _instance.Enable(Subsystem + Event);
        if (_instance.Has(Subsystem + TuneEvent))
        {
            _instance.Enable(Subsystem + TuneEvent);
        }
    }

    /// <inheritdoc/>
    public bool Next(Snapshot snapshot)
    {
        TraceTextReader reader = _reader ?? throw new InvalidOperationException("Start it first.");
        while (!_ended && !_joiner.TryTake(snapshot))
        {
            if (reader.Read(_part))
            {
                _joiner.Add(_part);
            }
            else
            {
                _ended = true;
                _joiner.Flush();
                _lost = _instance.CountLost();
                return _joiner.TryTake(snapshot);
            }
        }

        return !_ended || _joiner.TryTake(snapshot);
    }

    /// <inheritdoc/>
    public IEnumerable<string> Notes()
    {
        if (_lost > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{_lost} events of the kernel were lost because they were not read in time: snapshots are missing");
        }

        if (_reader?.Damage is { Gaps: > 0 } damage)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{damage.Gaps} times snapshots were left out because the kernel's events were not whole");
        }
        else if (_reader?.Damage is { Kind: RecordDamageKind.Invalid } invalid)
        {
            yield return $"the kernel's events could not be read on: {invalid.Problem}";
        }

        if (_joiner.NrUnknown > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{_joiner.NrUnknown} snapshots of targets that were not asked for were left out");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader?.Dispose();
        _instance.Dispose();
    }
}
