namespace Damon.Records.Streams;

/// <summary>What no record has, whatever its format.</summary>
static class RecordLimits
{
    /// <summary>More targets in one snapshot are taken for damage.</summary>
    public const int MaxTargets = 1 << 22;

    /// <summary>More regions in one snapshot are taken for damage; this number needs 400 MB.</summary>
    public const int MaxRegions = 1 << 24;

    /// <summary>As <see cref="MaxRegions"/> for compressed data, of which few bytes may give many regions; this number needs 32 MB.</summary>
    public const int MaxRegionsDecompressed = 1 << 20;
}
