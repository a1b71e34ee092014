using System.Globalization;
using Damo.CommandLine;
using Damon.Linux.AccessChecks;
using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damo.Recording;

/// <summary>What <c>damo record</c> was asked for.</summary>
sealed record RecordArguments
{
    /// <summary>What to monitor.</summary>
    public required TargetSpecification Target { get; init; }

    /// <summary>How to monitor.</summary>
    public required MonitoringAttributes Attributes { get; init; }

    /// <summary>The record file, as an absolute path; <c>-</c> is standard output.</summary>
    public required string Output { get; init; }

    /// <summary>Its format.</summary>
    public RecordFormat Format { get; init; }

    /// <summary>Permissions of the record file.</summary>
    public UnixFileMode OutputPermission { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Regions to monitor instead of the whole address space; empty for all of it.</summary>
    public IReadOnlyList<AddressRange> Regions { get; init; } = [];

    /// <summary>The address space that follows from both.</summary>
    public AddressSpace AddressSpace => Target.IsPhysical ? AddressSpace.Physical : Regions.Count > 0 ? AddressSpace.FixedVirtual : AddressSpace.Virtual;

    /// <summary>Which physical memory, when the target is that and <see cref="Regions"/> is empty.</summary>
    public PhysicalSelection Physical { get; init; } = new();

    /// <summary>What to tell before the run: of what was asked for, what has no effect.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Whether descendants of the targets are monitored too.</summary>
    public bool IncludeChildren { get; init; }

    /// <summary>The access check to use; null for the best that works.</summary>
    public AccessCheckKind? AccessCheck { get; init; }

    /// <summary>Who monitors: <c>auto</c>, <c>engine</c>, <c>sysfs</c> or <c>debugfs</c>.</summary>
    public string Backend { get; init; } = BackendChoice.Auto;

    /// <summary>The environment variable that chose <see cref="Backend"/>; null where the command line did, or nothing.</summary>
    public string? BackendVariable { get; init; }

    /// <summary>What chose <see cref="Backend"/>, as it was set.</summary>
    public string BackendAsSet => BackendVariable is null ? $"--backend {Backend}" : $"{BackendVariable}={Backend}";

    /// <summary>The option that only the engine of this program can fulfil, and why; null when there is none.</summary>
    public string? OnlyEngine { get; init; }

    /// <summary>Upper limit of the own CPU time in percent of one CPU; null for none.</summary>
    public double? OverheadPercent { get; init; }

    /// <summary>Whether intervals were given; then a run that costs more than <see cref="OverheadPercent"/> is told so.</summary>
    public bool IntervalsGiven { get; init; }

    /// <summary>Stops after this time; null for no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Starts the random numbers.</summary>
    public ulong Seed { get; init; }

    /// <summary>Length of the kernel's record buffer: printed as the first tool does; this engine writes each snapshot at once.</summary>
    public uint BufferLength { get; init; } = 1 << 20;

    /// <summary>The line by which the first tool began: scripts read it.</summary>
    public string AttributesLine => string.Create(
        CultureInfo.InvariantCulture,
        $"# damon attrs: {Attributes.SampleUs} {Attributes.AggregationUs} {Attributes.UpdateUs} {Attributes.MinNrRegions} {Attributes.MaxNrRegions}  "
            + $"{BufferLength} {Terminal.Safe(Output)} ");

    /// <summary>Where the run is noted, so that <c>damo stop</c> finds it.</summary>
    public string NotesFolder { get; init; } = OwnershipNotes.UsualFolder;

    /// <summary>The command line of this process, for the record.</summary>
    public IReadOnlyList<string> CommandLine { get; init; } = [];
}
