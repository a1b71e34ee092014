using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records;

namespace Damo.Recording;

/// <summary>Writes each snapshot to the record file, and what that cannot carry to its sidecar.</summary>
/// <remarks>
/// Each snapshot and each line of the sidecar is one write, so a killed recorder leaves both whole. A failing write cuts the file back
/// to its last whole snapshot and ends the run.
/// </remarks>
sealed class Recorder : IKdamondObserver, IMappingObserver, IDisposable
{
    const long StatusPeriodNs = 5_000_000_000;

    readonly IRecordWriter _record;
    readonly SidecarWriter _sidecar;
    readonly ProcFileSystem _proc;
    readonly List<RecordMapping> _mappings = [];
    readonly Dictionary<long, (string? Comm, string? Exe, long FromNs)> _programs = [];
    readonly Func<RecordSummary> _status;
    long _nextStatusNs;

    /// <summary>Writes the header of the sidecar at once.</summary>
    /// <param name="record">The record; disposed with the recorder.</param>
    /// <param name="sidecar">The sidecar file.</param>
    /// <param name="header">What is known before the first snapshot.</param>
    /// <param name="proc">Where the names of targets are read.</param>
    /// <param name="status">Tells what the run has cost so far; called on the thread that monitors.</param>
    public Recorder(IRecordWriter record, Stream sidecar, RecordHeader header, ProcFileSystem proc, Func<RecordSummary> status)
    {
        _record = record;
        _sidecar = new SidecarWriter(sidecar, header);
        _proc = proc;
        _status = status;
    }

    /// <summary>Snapshots written.</summary>
    public long Snapshots => _record.Snapshots;

    /// <summary>Why writing ended before the run did; null when it did not.</summary>
    public string? Fault { get; private set; }

    /// <summary>Size of the regions that were accessed in at least half of the samples of the last snapshot, in bytes.</summary>
    public ulong HotBytes { get; private set; }

    /// <summary>Regions of the last snapshot.</summary>
    public int NrRegions { get; private set; }

    /// <inheritdoc/>
    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot) => Write(snapshot, context.Attributes.MaxNrAccesses);

    /// <summary>Writes a snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="maxNrAccesses">The largest number of accesses that a region can have.</param>
    /// <returns>False when writing has failed, now or before.</returns>
    public bool Write(Snapshot snapshot, uint maxNrAccesses)
    {
        uint half = Math.Max(maxNrAccesses / 2, 1);
        ulong hot = 0;
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            foreach (ref readonly SnapshotRegion region in snapshot[i].Regions)
            {
                hot += region.NrAccesses >= half ? region.Size : 0;
            }
        }

        HotBytes = hot;
        NrRegions = snapshot.NrRegions;
        return Try(() => WriteSnapshot(snapshot));
    }

    /// <inheritdoc/>
    public void OnTargetAdded(Target target)
    {
        int pid = (int)target.Id;
        long from = _programs.TryGetValue(target.Id, out (string? Comm, string? Exe, long FromNs) known) ? known.FromNs : System.Diagnostics.Stopwatch.GetTimestamp();
        known = _programs[target.Id] = (_proc.CommandName(pid), _proc.Executable(pid), from);
        RecordTarget entry = new()
        {
            Id = target.Id,
            Comm = known.Comm,
            Exe = known.Exe,
            CommandLine = _proc.CommandLine(pid)?.Split(' '),
            FromNs = known.FromNs,
        };
        Try(() => _sidecar.WriteTarget(entry));
    }

    /// <inheritdoc/>
    public void OnMappings(Target target, MappingTable mappings)
    {
        // It may have gone on to another program since.
        int pid = (int)target.Id;
        if (_programs.TryGetValue(target.Id, out (string? Comm, string? Exe, long FromNs) known)
            && _proc.Executable(pid) is { } exe && _proc.CommandName(pid) is { } comm && (known.Comm, known.Exe) != (comm, exe))
        {
            OnTargetAdded(target);
        }

        _mappings.Clear();
        foreach (ref readonly Mapping mapping in mappings.Mappings)
        {
            _mappings.Add(new RecordMapping
            {
                Start = mapping.Range.Start,
                End = mapping.Range.End,
                Perms = target.Id == PhysicalOperations.TargetId ? null : Permissions(mapping.Traits),
                Name = mapping.Name,
            });
        }

        Try(() => _sidecar.WriteMappings(System.Diagnostics.Stopwatch.GetTimestamp(), target.Id, _mappings));
    }

    /// <inheritdoc/>
    public void OnTargetGone(Target target)
    {
        long? from = _programs.Remove(target.Id, out (string? Comm, string? Exe, long FromNs) known) ? known.FromNs : null;
        Try(() => _sidecar.WriteTarget(new RecordTarget { Id = target.Id, FromNs = from, UntilNs = System.Diagnostics.Stopwatch.GetTimestamp() }));
    }

    /// <summary>Writes what a scheme tried in one pass.</summary>
    public void WriteTried(RecordTried tried) => Try(() => _sidecar.WriteTried(tried));

    /// <summary>Writes what belongs at the end of both files.</summary>
    public void WriteEnd(RecordSummary summary) => Try(() =>
    {
        _record.Complete();
        _sidecar.WriteEnd(summary);
    });

    /// <summary>Closes both files.</summary>
    public void Dispose()
    {
        _record.Dispose();
        _sidecar.Dispose();
    }

    void WriteSnapshot(Snapshot snapshot)
    {
        _record.Write(snapshot);
        _sidecar.WriteAges(_record.Snapshots - 1, snapshot);
        if (snapshot.TimeNs >= _nextStatusNs)
        {
            _nextStatusNs = snapshot.TimeNs + StatusPeriodNs;
            _sidecar.WriteStatus(_status());
        }
    }

    bool Try(Action write)
    {
        if (Fault is not null)
        {
            return false;
        }

        try
        {
            write();
            return true;
        }
        catch (IOException e)
        {
            Fault = RecordingFile.Reason(e);
            Cut(_record.TruncateToWhole);
            Cut(_sidecar.TruncateToWhole);
            return false;
        }
    }

    static void Cut(Func<bool> truncate)
    {
        try
        {
            truncate();
        }
        catch (IOException)
        {
            // A device. Readers leave a partial snapshot at the end out.
        }
    }

    static string Permissions(MappingTraits traits) => s_permissions[(int)(traits & ~MappingTraits.File)];

    static readonly string[] s_permissions =
    [
        .. Enumerable.Range(0, 16).Select(bits => string.Concat(
            (bits & 1) != 0 ? "r" : "-",
            (bits & 2) != 0 ? "w" : "-",
            (bits & 4) != 0 ? "x" : "-",
            (bits & 8) != 0 ? "s" : "p")),
    ];
}
