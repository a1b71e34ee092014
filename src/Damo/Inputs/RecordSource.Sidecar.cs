using Damon.Linux.Outputs;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Inputs;

/// <content>What is beside the record.</content>
sealed partial class RecordSource
{
    const string MappingGranularity = "mapping";

    /// <summary>Beyond this the intervals were stretched on purpose, not just late.</summary>
    const double MinStretch = 1.05;

    /// <summary>A line on standard error where the access check answered for whole mappings.</summary>
    public void TellGranularity()
    {
        if (KnowsMappingsOnly)
        {
            Say("accesses are known per mapping, not per page, so all of a mapping shows the same rate; a recording made as root knows pages");
        }
    }

    /// <summary>Whether the access check answered for whole mappings, by the sidecar.</summary>
    public bool KnowsMappingsOnly
    {
        get
        {
            using SidecarReader? sidecar = OpenSidecar();
            return IsByMapping(sidecar);
        }
    }

    /// <summary>What the JSON of a report tells of that, under <c>granularity</c>; null where accesses are known per page, or nothing tells.</summary>
    public string? Granularity => KnowsMappingsOnly ? MappingGranularity : null;

    /// <summary>The sidecar of the record; null where there is none. The caller disposes it.</summary>
    public SidecarReader? OpenSidecar()
    {
        FileStream? file = OpenSidecarFile();
        try
        {
            return file is null ? null : new SidecarReader(file);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The bytes of the sidecar; null where there is none. The caller disposes it.</summary>
    /// <remarks>
    /// The user did not name it, so only a regular file counts, and no link. If the record is a link, the sidecar is beside what that leads to.
    /// </remarks>
    public FileStream? OpenSidecarFile()
    {
        if (_journal is not null)
        {
            return _journal.OpenSidecar();
        }

        if (Input == StandardInput)
        {
            return null;
        }

        string? real = File.Exists(Input) ? File.ResolveLinkTarget(Input, returnFinalTarget: true)?.FullName : null;
        return (real is null ? null : InputFile.OpenRegular(real + SidecarFormat.Suffix)) ?? InputFile.OpenRegular(Input + SidecarFormat.Suffix);
    }

    /// <summary>
    /// The intervals asked for, or, where the overhead was limited by stretching them, those in the same proportion that came out; null where no sidecar says.
    /// </summary>
    public RecordIntervals? SidecarIntervals()
    {
        using SidecarReader? sidecar = OpenSidecar();
        if (sidecar?.Header?.Intervals is not { SampleUs: { } sample, AggrUs: > 0 and var aggregation } asked)
        {
            return null;
        }

        double stretch = 1;
        while (sidecar.Read(SidecarEntryKinds.Status | SidecarEntryKinds.End))
        {
            stretch = (sidecar.Summary?.EffectiveIntervals?.AggrUs ?? aggregation) / aggregation;
        }

        double effective = stretch < MinStretch ? sample : Math.Round(sample * stretch);
        return asked with { SampleUs = effective, AggrUs = Math.Round(effective * (aggregation / sample)) };
    }

    /// <summary>The intervals by which the engine counted ages: ticks that came late do not count, other than for <see cref="SidecarIntervals"/>.</summary>
    public RecordIntervals? EngineIntervals()
    {
        using SidecarReader? sidecar = OpenSidecar();
        double? largest = null;
        while (sidecar?.Read(SidecarEntryKinds.Status | SidecarEntryKinds.End) == true)
        {
            largest = sidecar.Summary?.Overhead?.LargestStretchFactor;
        }

        return largest == 1 ? sidecar!.Header?.Intervals : SidecarIntervals();
    }

    /// <summary>What the sidecar says; null where there is none, or it cannot be read.</summary>
    /// <param name="mappingsOf">The target whose last mappings come with it; null for none.</param>
    /// <param name="untilNs">Up to when.</param>
    public RecordMetadata? LoadMetadata(Int128? mappingsOf = null, long untilNs = long.MaxValue) => Load(file => SidecarReader.Load(file, mappingsOf, untilNs));

    /// <summary>The same with the mappings of all targets over time.</summary>
    public RecordMetadata? LoadWholeMetadata() => Load(SidecarReader.Load);

    RecordMetadata? Load(Func<Stream, RecordMetadata?> load)
    {
        try
        {
            return OpenSidecarFile() is { } file ? load(file) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    static bool IsByMapping(SidecarReader? sidecar) => sidecar?.Header?.AccessCheck?.Granularity == MappingGranularity;
}
