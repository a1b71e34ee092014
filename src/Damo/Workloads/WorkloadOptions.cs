using System.Globalization;
using Damon.Monitoring;

namespace Damo.Workloads;

/// <summary>What a workload does; travels to the child process as its command line.</summary>
sealed record WorkloadOptions
{
    /// <summary>Most regions a workload may have.</summary>
    public const int MaxNrRegions = AccessLogLayout.MaxNrRegions;

    /// <summary>Most memory a workload may ask for, in bytes.</summary>
    public const long MaxBytes = 64L << 30;


    public required WorkloadPattern Pattern { get; init; }

    public WorkloadKind Kind { get; init; }

    /// <summary>Number of regions, each swept as a whole.</summary>
    public int NrRegions { get; init; } = 10;

    /// <summary>Size of each region, in bytes.</summary>
    public long RegionBytes { get; init; } = 16L << 20;

    /// <summary>
    /// For <see cref="WorkloadPattern.Random"/> and <see cref="WorkloadPattern.Sequential"/>: the part at the beginning that is accessed, in bytes; 0 for all.
    /// </summary>
    public long ActiveBytes { get; init; }

    /// <summary>Spin between sweeps instead of sleeping.</summary>
    public bool Spin { get; init; }

    /// <summary>For <see cref="WorkloadKind.File"/>: where the file is made.</summary>
    public string? Directory { get; init; }

    /// <summary>The file that becomes the <see cref="AccessLog"/>; for <see cref="WorkloadPattern.Hold"/> the file to map.</summary>
    public string? Log { get; init; }

    /// <summary>The process whose end ends the workload; 0 for none.</summary>
    public int Parent { get; init; }

    /// <summary>All regions together, in bytes.</summary>
    public long TotalBytes => NrRegions * RegionBytes;

    /// <summary>The defaults of a pattern.</summary>
    public static WorkloadOptions For(WorkloadPattern pattern) => pattern switch
    {
        WorkloadPattern.Stripes => new() { Pattern = pattern, NrRegions = StripesPattern.DefaultNrRegions, RegionBytes = StripesPattern.DefaultRegionBytes },
        WorkloadPattern.Random or WorkloadPattern.Sequential or WorkloadPattern.Idle => new() { Pattern = pattern, NrRegions = 1, RegionBytes = 1L << 30 },
        _ => new() { Pattern = pattern },
    };

    /// <summary>Says what is wrong with the values, or null when nothing is.</summary>
    public string? Check()
    {
        if (string.IsNullOrEmpty(Log))
        {
            return "--log is missing: the file to write the accesses to";
        }

        if (Pattern == WorkloadPattern.Hold)
        {
            return null;
        }

        if (NrRegions is < 1 or > MaxNrRegions)
        {
            return $"--regions is {NrRegions}, but must be 1 to {MaxNrRegions}";
        }

        long unit = Kind == WorkloadKind.Thp ? (long)Page.HugeSize : (long)Page.Size;
        if (RegionBytes < unit || RegionBytes % unit != 0 || RegionBytes > MaxBytes / NrRegions)
        {
            return $"--region-size is {RegionBytes}, but must be a multiple of {unit}, and all regions together at most {MaxBytes}";
        }

        if (ActiveBytes != 0 && (ActiveBytes < (long)Page.Size || ActiveBytes > TotalBytes))
        {
            return $"--active is {ActiveBytes}, but must be 0 for all or {Page.Size} to {TotalBytes}";
        }

        if (Pattern == WorkloadPattern.Random && !long.IsPow2(ActiveBytes == 0 ? TotalBytes : ActiveBytes))
        {
            return $"--active is {(ActiveBytes == 0 ? TotalBytes : ActiveBytes)}, but the random pattern needs a power of two";
        }

        if (Kind == WorkloadKind.File && string.IsNullOrEmpty(Directory))
        {
            return "--directory is missing: where to make the file";
        }

        return null;
    }

    /// <summary>The command line behind <c>workload</c> that means these options.</summary>
    public IEnumerable<string> ToArguments()
    {
        yield return Pattern.ToString().ToLowerInvariant();
        yield return "--kind";
        yield return Kind.ToString().ToLowerInvariant();
        yield return "--regions";
        yield return NrRegions.ToString(CultureInfo.InvariantCulture);
        yield return "--region-size";
        yield return RegionBytes.ToString(CultureInfo.InvariantCulture);
        yield return "--active";
        yield return ActiveBytes.ToString(CultureInfo.InvariantCulture);
        yield return "--parent";
        yield return Parent.ToString(CultureInfo.InvariantCulture);
        if (Spin)
        {
            yield return "--spin";
        }

        if (Directory is not null)
        {
            yield return "--directory";
            yield return Directory;
        }

        if (Log is not null)
        {
            yield return "--log";
            yield return Log;
        }
    }
}
