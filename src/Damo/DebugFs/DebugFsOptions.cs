using Damon.Linux.AccessChecks;
using Damon.Linux.DamonFs;

namespace Damo.DebugFs;

/// <summary>What <c>damo debugfs</c> is asked for.</summary>
sealed record DebugFsOptions
{
    /// <summary>Where it is mounted.</summary>
    public string Directory { get; init; } = DefaultDirectory;

    /// <summary>Which files there are, and by which rules.</summary>
    public DamonFsEra Era { get; init; } = DamonFsEra.First;

    /// <summary>How accesses are seen; null for the best that works.</summary>
    public AccessCheckKind? AccessCheck { get; init; }

    /// <summary>Whether a command finds the sysfs interface of the kernel's own DAMON; null for only where that is in use.</summary>
    public bool? ShowsKernel { get; init; }

    /// <summary>The directory where none is named.</summary>
    public const string DefaultDirectory = "/run/damon";
}
