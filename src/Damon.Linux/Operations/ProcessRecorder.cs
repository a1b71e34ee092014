using System.Diagnostics;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;

namespace Damon.Linux.Operations;

/// <summary>Writes into a record what its targets are and what they map.</summary>
/// <remarks>
/// Some processes map something else at every look, and all that they map is written each time. Mappings are therefore written no more often than each
/// hundredth of the time for which their program has been monitored: some hundred times an hour and some hundred more a day, instead of 3600 an hour.
/// Beyond the first targets, of which there may be thousands that end soon, mappings are written once a target has been there for a second.
/// </remarks>
/// <param name="record">The record.</param>
/// <param name="proc">Where the names of targets are read.</param>
/// <param name="heap">The managed heap of this very process, whose pieces get names of their own; null where it is not to be known.</param>
sealed class ProcessRecorder(RecordFile record, ProcFileSystem proc, ManagedHeap? heap = null) : IMappingObserver
{
    const long WaitDivisor = 100;

    /// <summary>The first targets, up to this number, have their mappings written at once; others when they have existed for <see cref="LateNs"/>.</summary>
    const int NrAtOnce = 16;

    /// <inheritdoc cref="NrAtOnce"/>
    const long LateNs = 1_000_000_000;

    readonly List<RecordMapping> _mappings = [];
    readonly Dictionary<long, RecordTarget> _programs = [];

    /// <summary>Since when a target executes its program, and when its mappings may be written again.</summary>
    readonly Dictionary<long, (long SinceNs, long DueNs)> _times = [];

    /// <summary>Before when the mappings of a target that came later are not written.</summary>
    readonly Dictionary<long, long> _late = [];

    int _nrTargets;

    /// <summary>The time in nanoseconds of the record's clock.</summary>
    internal Func<long> NowNs { get; init; } = Stopwatch.GetTimestamp;

    /// <inheritdoc/>
    public void OnTargetAdded(Target target)
    {
        int pid = (int)target.Id;
        long now = NowNs();
        if (!_programs.ContainsKey(target.Id) && ++_nrTargets > NrAtOnce)
        {
            _late[target.Id] = now + LateNs;
        }

        _times[target.Id] = (now, Math.Max(now, _late.GetValueOrDefault(target.Id)));
        RecordTarget program = new()
        {
            Id = target.Id,
            Comm = proc.CommandName(pid),
            Exe = proc.Executable(pid),
            CommandLine = proc.Arguments(pid),
            FromNs = _programs.TryGetValue(target.Id, out RecordTarget? known) ? known.FromNs : now,
        };
        _programs[target.Id] = program;
        record.WriteTarget(program);
    }

    /// <inheritdoc/>
    public void OnMappings(Target target, MappingTable mappings)
    {
        // It may have gone on to another program since.
        int pid = (int)target.Id;
        if (_programs.TryGetValue(target.Id, out RecordTarget? known)
            && proc.Executable(pid) is { } exe && proc.CommandName(pid) is { } comm && (known.Comm, known.Exe) != (comm, exe))
        {
            OnTargetAdded(target);
        }

        long now = NowNs();
        (long since, long due) = _times.GetValueOrDefault(target.Id, (now, now));
        if (now < due)
        {
            return;
        }

        _times[target.Id] = (since, now + ((now - since) / WaitDivisor));
        bool isPhysical = target.Id == PhysicalOperations.TargetId;
        ReadOnlySpan<ManagedHeapRange> pieces = heap is not null && pid == Environment.ProcessId ? heap.Pieces : [];
        _mappings.Clear();
        foreach (ref readonly Mapping mapping in mappings.Mappings)
        {
            Add(mapping, isPhysical ? null : Permissions(mapping.Traits), pieces);
        }

        record.WriteMappings(now, target.Id, _mappings);
    }

    /// <inheritdoc/>
    public void OnTargetGone(Target target)
    {
        _times.Remove(target.Id);
        _late.Remove(target.Id);
        // What it is was said before: of children that end soon, these lines are most of the sidecar.
        _programs.Remove(target.Id, out RecordTarget? known);
        record.WriteTarget(new RecordTarget { Id = target.Id, FromNs = known?.FromNs, UntilNs = NowNs() });
    }

    /// <summary>Adds a mapping; where pieces of the heap lie in it, in parts.</summary>
    void Add(in Mapping mapping, string? permissions, ReadOnlySpan<ManagedHeapRange> pieces)
    {
        ulong at = mapping.Range.Start;
        for (int i = RangeSearch.FirstEndingAfter(pieces, at); i < pieces.Length && pieces[i].Range.Start < mapping.Range.End; i++)
        {
            ulong start = Math.Max(pieces[i].Range.Start, at);
            ulong end = Math.Min(pieces[i].Range.End, mapping.Range.End);
            Add(at, start, permissions, mapping.Name);
            Add(start, end, permissions, pieces[i].Name);
            at = end;
        }

        Add(at, mapping.Range.End, permissions, mapping.Name);
    }

    void Add(ulong start, ulong end, string? permissions, string name)
    {
        if (start < end)
        {
            _mappings.Add(new RecordMapping { Start = start, End = end, Perms = permissions, Name = name });
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
