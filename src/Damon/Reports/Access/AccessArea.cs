namespace Damon.Reports.Access;

/// <summary>The parts of a report of accesses that have a template each.</summary>
enum AccessArea
{
    /// <summary>Before the snapshots of a series.</summary>
    RecordHead,

    /// <summary>Before the regions of a snapshot.</summary>
    SnapshotHead,

    /// <summary>Each region.</summary>
    Region,

    /// <summary>Behind the regions of a snapshot.</summary>
    SnapshotTail,

    /// <summary>Behind the snapshots of a series.</summary>
    RecordTail,
}
