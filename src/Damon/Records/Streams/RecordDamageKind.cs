namespace Damon.Records.Streams;

/// <summary>In which way the end of a record could not be used.</summary>
public enum RecordDamageKind
{
    /// <summary>1 to 15 bytes after a whole snapshot, too few for a time. The tools of the format's time ended cleanly there.</summary>
    StrayBytes,

    /// <summary>The record ends within a header or a snapshot: its writer was killed, or it is a partial copy.</summary>
    CutOff,

    /// <summary>A value that no writer produces.</summary>
    Invalid,

    /// <summary>Snapshots of a text were left out because lines of them are missing (the tracer lost events) or broken; the others were returned.</summary>
    Incomplete,
}
