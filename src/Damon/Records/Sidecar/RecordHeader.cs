using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Records.Sidecar;

/// <summary>What is known of a record when it begins: the first line of its sidecar. Everything is optional for a reader.</summary>
public sealed record RecordHeader
{
    /// <summary>The layout this library writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Layout of the sidecar.</summary>
    [JsonRequired]
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Name of the tool that recorded.</summary>
    public string? Tool { get; init; }

    /// <summary>Version of the tool.</summary>
    public string? ToolVersion { get; init; }

    /// <summary>Wall-clock time of the beginning, in UTC.</summary>
    public DateTime? StartTime { get; init; }

    /// <summary>The beginning in nanoseconds of the monotonic clock that the record's times are of.</summary>
    public long? StartNs { get; init; }

    /// <summary>Name of the machine.</summary>
    public string? HostName { get; init; }

    /// <summary>Release of the kernel.</summary>
    public string? KernelRelease { get; init; }

    /// <summary>Architecture of the machine, such as <c>x86_64</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary>Size of a base page in bytes.</summary>
    public long? PageSize { get; init; }

    /// <summary>Command line of the tool, one item per argument.</summary>
    public IReadOnlyList<string>? CommandLine { get; init; }

    /// <summary>What was asked to be monitored.</summary>
    public RecordRequest? Request { get; init; }

    /// <summary>What monitored: <c>engine</c>, <c>sysfs</c> or <c>debugfs</c>.</summary>
    public string? Backend { get; init; }

    /// <summary>How accesses were seen.</summary>
    public RecordAccessCheck? AccessCheck { get; init; }

    /// <summary>Kind of the address space: <c>vaddr</c>, <c>fvaddr</c> or <c>paddr</c>.</summary>
    public string? AddressSpace { get; init; }

    /// <summary>The intervals asked for.</summary>
    public RecordIntervals? Intervals { get; init; }

    /// <summary>Lower limit of the number of regions.</summary>
    public long? MinRegions { get; init; }

    /// <summary>Upper limit of the number of regions.</summary>
    public long? MaxRegions { get; init; }

    /// <summary>
    /// What is known of every run of the engine in this process that begins now: the machine's name, its architecture, and what was asked for.
    /// </summary>
    /// <param name="attributes">The intervals and limits asked for.</param>
    /// <param name="startNs">The time now, in nanoseconds of the clock that the record's times are of.</param>
    public static RecordHeader Of(MonitoringAttributes attributes, long startNs)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        return new RecordHeader
        {
            StartTime = DateTime.UtcNow,
            StartNs = startNs,
            HostName = Environment.MachineName,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            PageSize = Environment.SystemPageSize,
            Backend = "engine",
            Intervals = new RecordIntervals { SampleUs = attributes.SampleUs, AggrUs = attributes.AggregationUs, UpdateUs = attributes.UpdateUs },
            MinRegions = attributes.MinNrRegions,
            MaxRegions = attributes.MaxNrRegions,
        };
    }
}
