namespace Damon.Monitoring;

/// <summary>What one aggregation interval saw of one region.</summary>
/// <param name="Start">First address, in bytes.</param>
/// <param name="End">First address after the region, in bytes.</param>
/// <param name="NrAccesses">Number of samples of the interval that found the region accessed.</param>
/// <param name="Age">For how many aggregation intervals the access frequency stayed about the same; <see cref="UnknownAge"/> where the source does not
/// tell.</param>
public readonly record struct SnapshotRegion(ulong Start, ulong End, uint NrAccesses, int Age)
{
    /// <summary>The age of a region whose source does not record ages.</summary>
    public const int UnknownAge = -1;

    /// <summary>Size in bytes; 0 where a broken source gave an end below the start.</summary>
    public ulong Size => End > Start ? End - Start : 0;
}
