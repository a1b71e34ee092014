using System.Diagnostics;
using Damon.Linux.Operations;
using Damon.Monitoring;
using Damon.Records;

namespace Damon.Linux.Processes;

/// <summary>Writes into a record what its targets are and what they map.</summary>
/// <param name="record">The record.</param>
/// <param name="proc">Where the names of targets are read.</param>
/// <param name="heap">The managed heap of this very process, whose pieces get names of their own; null where it is not to be known.</param>
sealed class ProcessRecorder(RecordFile record, ProcFileSystem proc, ManagedHeap? heap = null) : IMappingObserver
{
    readonly List<RecordMapping> _mappings = [];
    readonly Dictionary<long, RecordTarget> _programs = [];

    /// <inheritdoc/>
    public void OnTargetAdded(Target target)
    {
        int pid = (int)target.Id;
        RecordTarget program = new()
        {
            Id = target.Id,
            Comm = proc.CommandName(pid),
            Exe = proc.Executable(pid),
            CommandLine = proc.CommandLine(pid)?.Split(' '),
            FromNs = _programs.TryGetValue(target.Id, out RecordTarget? known) ? known.FromNs : Stopwatch.GetTimestamp(),
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

        bool isPhysical = target.Id == PhysicalOperations.TargetId;
        ReadOnlySpan<ManagedHeapRange> pieces = heap is not null && pid == Environment.ProcessId ? heap.Pieces : [];
        _mappings.Clear();
        foreach (ref readonly Mapping mapping in mappings.Mappings)
        {
            Add(mapping, isPhysical ? null : Permissions(mapping.Traits), pieces);
        }

        record.WriteMappings(Stopwatch.GetTimestamp(), target.Id, _mappings);
    }

    /// <inheritdoc/>
    public void OnTargetGone(Target target)
    {
        RecordTarget program = _programs.Remove(target.Id, out RecordTarget? known) ? known : new RecordTarget { Id = target.Id };
        record.WriteTarget(program with { UntilNs = Stopwatch.GetTimestamp() });
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
