namespace Damon.Records.Sidecar;

/// <summary>All that the sidecar of a record says, but for the ages and for what schemes tried. Every part may be missing.</summary>
public sealed class RecordMetadata
{
    /// <summary>More targets than these are not kept.</summary>
    public const int MaxTargets = 100_000;

    /// <summary>More mappings than these, over all entries, are not kept.</summary>
    public const int MaxMappings = 1_000_000;

    readonly List<RecordTarget> _targets = [];
    readonly List<RecordMappings> _mappings = [];

    RecordMetadata()
    {
    }

    /// <summary>What was known at the beginning.</summary>
    public RecordHeader? Header { get; private init; }

    /// <summary>The targets in order of their beginning; each as it was told last.</summary>
    public IReadOnlyList<RecordTarget> Targets => _targets;

    /// <summary>The mappings of each target, whenever they changed, in order of time.</summary>
    public IReadOnlyList<RecordMappings> Mappings => _mappings;

    /// <summary>How the recording went; where it was killed, the last status before.</summary>
    public RecordSummary? Summary { get; private set; }

    /// <summary>Whether the recording was closed properly.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>One line that says what could not be used; null if there was nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>The target that is shown as this instance of an id; the last one where the sidecar knows fewer.</summary>
    internal RecordTarget? TargetOf(Int128 id, int instance)
    {
        RecordTarget[] known = [.. _targets.Where(target => target.Id == id).OrderBy(target => target.FromNs)];
        return known.Length == 0 ? null : known[Math.Min(instance, known.Length - 1)];
    }

    /// <summary>Reads a sidecar to its end.</summary>
    /// <param name="reader">The sidecar.</param>
    /// <param name="mappings">Whether all mappings are kept.</param>
    /// <param name="lastOf">Else, the target whose last mappings are kept, up to <paramref name="untilNs"/>; null for none.</param>
    /// <param name="untilNs">When that target ended.</param>
    internal static RecordMetadata From(SidecarReader reader, bool mappings = true, Int128? lastOf = null, long untilNs = long.MaxValue)
    {
        RecordMappings? last = null;
        SidecarEntryKinds unwanted = SidecarEntryKinds.Ages | SidecarEntryKinds.Tried | (mappings || lastOf is not null
            ? SidecarEntryKinds.None
            : SidecarEntryKinds.Mappings);
        RecordMetadata metadata = new() { Header = reader.Header };
        Dictionary<(Int128 Id, long? FromNs), int> known = [];
        long nrMappings = 0;
        bool overfull = false;
        while (reader.Read(SidecarEntryKinds.All & ~unwanted))
        {
            switch (reader.Kind)
            {
                case SidecarEntryKinds.Target:
                    overfull |= !metadata.Add(reader.Target!, known);
                    break;
                case SidecarEntryKinds.Mappings when !mappings:
                    last = reader.Mappings!.TargetId == lastOf && reader.Mappings.Mappings.Count > 0 && (last is null || reader.Mappings.TimeNs <= untilNs)
                        ? reader.Mappings
                        : last;
                    break;
                case SidecarEntryKinds.Mappings:
                    // An empty entry costs something too.
                    nrMappings += reader.Mappings!.Mappings.Count + 1;
                    if (nrMappings <= MaxMappings)
                    {
                        metadata._mappings.Add(reader.Mappings);
                    }

                    break;
                default:
                    metadata.Summary = reader.Summary;
                    metadata.IsComplete |= reader.Kind == SidecarEntryKinds.End;
                    break;
            }
        }

        if (last is not null)
        {
            metadata._mappings.Add(last);
        }

        metadata.Problem = reader.Problem
            ?? (overfull ? $"the sidecar names more than {MaxTargets} targets; the rest are not used" : null)
            ?? (nrMappings > MaxMappings ? $"the sidecar holds more than {MaxMappings} mappings; the rest are not used" : null);
        return metadata;
    }

    bool Add(RecordTarget target, Dictionary<(Int128 Id, long? FromNs), int> known)
    {
        if (known.TryGetValue((target.Id, target.FromNs), out int index))
        {
            // The entry of its end need not say again what it is.
            RecordTarget before = _targets[index];
            _targets[index] = target with
            {
                Comm = target.Comm ?? before.Comm,
                Exe = target.Exe ?? before.Exe,
                CommandLine = target.CommandLine ?? before.CommandLine,
            };
            return true;
        }

        if (_targets.Count == MaxTargets)
        {
            return false;
        }

        known.Add((target.Id, target.FromNs), _targets.Count);
        _targets.Add(target);
        return true;
    }
}
