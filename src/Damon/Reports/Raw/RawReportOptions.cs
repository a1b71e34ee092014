namespace Damon.Reports.Raw;

/// <summary>How <see cref="RawReport"/> words what differs between versions of the first tool.</summary>
sealed record RawReportOptions
{
    /// <summary>Whether a target is headed <c>target_id:</c>, as the later tool in the kernel tree did, rather than <c>pid:</c>.</summary>
    public bool TargetIdLabel { get; init; }
}
