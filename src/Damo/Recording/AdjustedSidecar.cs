using Damo.Inputs;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Recording;

/// <summary>The sidecar of a record whose snapshots are adjusted: what that of the input says, with the intervals that come out.</summary>
sealed class AdjustedSidecar
{
    readonly RecordMetadata _metadata;
    readonly long _factor;

    AdjustedSidecar(RecordMetadata metadata, RecordHeader header, long factor)
    {
        _metadata = metadata;
        _factor = factor;
        Header = header with { Intervals = Lengthen(header.Intervals) };
    }

    /// <summary>Its beginning.</summary>
    public RecordHeader Header { get; }

    /// <summary>Reads the sidecar of a record; null where there is none that tells anything.</summary>
    /// <param name="input">The record.</param>
    /// <param name="factor">By how many times the aggregation interval becomes longer; the same for the one asked for and the one that came out.</param>
    public static AdjustedSidecar? Of(RecordSource input, long factor) =>
        input.LoadWholeMetadata() is { Header: { } header } metadata ? new AdjustedSidecar(metadata, header, factor) : null;

    /// <summary>Writes the targets and their mappings.</summary>
    public void WriteTargets(SidecarWriter writer)
    {
        foreach (RecordTarget target in _metadata.Targets)
        {
            writer.WriteTarget(target);
        }

        foreach (RecordMappings mappings in _metadata.Mappings)
        {
            writer.WriteMappings(mappings.TimeNs, mappings.TargetId, mappings.Mappings);
        }
    }

    /// <summary>Writes how the recording went, as far as it was told.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="snapshots">Number of snapshots in the adjusted record.</param>
    public void WriteEnd(SidecarWriter writer, long snapshots)
    {
        if (_metadata.Summary is not { } summary)
        {
            return;
        }

        RecordSummary adjusted = summary with { Snapshots = snapshots, EffectiveIntervals = Lengthen(summary.EffectiveIntervals) };
        if (_metadata.IsComplete)
        {
            writer.WriteEnd(adjusted);
        }
        else
        {
            writer.WriteStatus(adjusted);
        }
    }

    RecordIntervals? Lengthen(RecordIntervals? intervals) => intervals is null ? null : intervals with { AggrUs = intervals.AggrUs * _factor };
}
