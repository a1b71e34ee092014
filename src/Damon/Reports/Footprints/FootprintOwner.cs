namespace Damon.Reports.Footprints;

/// <summary>Whose memory is measured.</summary>
sealed record FootprintOwner
{
    /// <summary>The process; null is the machine.</summary>
    public int? Pid { get; init; }

    /// <summary>What was measured.</summary>
    public FootprintFigures? Footprint { get; init; }
}
