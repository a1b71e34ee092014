namespace Damon.Records;

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

    internal static RecordMetadata From(SidecarReader reader)
    {
        RecordMetadata metadata = new() { Header = reader.Header };
        Dictionary<(Int128 Id, long? FromNs), int> known = [];
        long mappings = 0;
        bool overfull = false;
        while (reader.Read(SidecarEntryKinds.All & ~(SidecarEntryKinds.Ages | SidecarEntryKinds.Tried)))
        {
            switch (reader.Kind)
            {
                case SidecarEntryKinds.Target:
                    overfull |= !metadata.Add(reader.Target!, known);
                    break;
                case SidecarEntryKinds.Mappings:
                    // An empty entry costs something too.
                    mappings += reader.Mappings!.Mappings.Count + 1;
                    if (mappings <= MaxMappings)
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

        metadata.Problem = reader.Problem
            ?? (overfull ? $"the sidecar names more than {MaxTargets} targets; the rest are not used" : null)
            ?? (mappings > MaxMappings ? $"the sidecar holds more than {MaxMappings} mappings; the rest are not used" : null);
        return metadata;
    }

    bool Add(RecordTarget target, Dictionary<(Int128 Id, long? FromNs), int> known)
    {
        if (known.TryGetValue((target.Id, target.FromNs), out int index))
        {
            // The entry of its end need not say again what it is.
            RecordTarget before = _targets[index];
            _targets[index] = target with { Comm = target.Comm ?? before.Comm, Exe = target.Exe ?? before.Exe, CommandLine = target.CommandLine ?? before.CommandLine };
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
