namespace Damon.Records.Sidecar;

/// <summary>Kinds of lines behind the header of a sidecar.</summary>
[Flags]
public enum SidecarEntryKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A target began or ended: <see cref="RecordTarget"/>.</summary>
    Target = 1,

    /// <summary>The mappings of a target changed: <see cref="RecordMappings"/>.</summary>
    Mappings = 2,

    /// <summary>The ages of one snapshot's regions.</summary>
    Ages = 4,

    /// <summary>How the recording goes: <see cref="RecordSummary"/>.</summary>
    Status = 8,

    /// <summary>How the recording went: <see cref="RecordSummary"/>.</summary>
    End = 16,

    /// <summary>What a scheme tried in one pass: <see cref="RecordTried"/>.</summary>
    Tried = 32,

    /// <summary>All of them.</summary>
    All = Target | Mappings | Ages | Status | End | Tried,
}
