namespace Damon.Linux.Tests.KernelDamon.Models;

/// <summary>Generations of the debugfs interface.</summary>
enum DebugFsEra
{
    /// <summary>The first patches: pids, a record.</summary>
    Pids,

    /// <summary>Later patches: target_ids, a record.</summary>
    TargetIds,

    /// <summary>5.15: no schemes.</summary>
    V515,

    /// <summary>5.16.</summary>
    V516,

    /// <summary>5.18 and later.</summary>
    V518,

    /// <summary>6.9 and later: monitor_on has another name.</summary>
    Deprecated,
}
