namespace Damo.Workloads;

/// <summary>
/// Where things lie in an access log. Written by one process and read by another at the same time; offsets in bytes, little-endian.
/// A header page; a descriptor of 64 bytes per region; then per region a ring of sweeps (start, end), 16 bytes each.
/// </summary>
static class AccessLogLayout
{
    public const int MaxNrRegions = 4096;
    public const int MinRingLength = 8;
    public const int MaxRingLength = 1 << 20;

    public const ulong Magic = 0x31474f4c4f4d4144; // "DAMOLOG1"
    public const int HeaderBytes = 4096;
    public const int MagicOffset = 0;
    public const int NrRegionsOffset = 8;
    public const int RingLengthOffset = 12;

    // 0 until everything else is in place.
    public const int ReadyOffset = 16;

    // Written all the time: on a cache line of their own.
    public const int OperationsOffset = 64;
    public const int CpuNsOffset = 72;

    public const int DescriptorBytes = 64;
    public const int StartOffset = 0;
    public const int EndOffset = 8;
    public const int PeriodOffset = 16;
    public const int CountOffset = 32;

    public const int SweepBytes = 16;

    /// <summary>
    /// Entries of a ring that may be written while they are read: the one after the newest, and the one after that, because the
    /// reader's look at the count may be older than the writer's stores.
    /// </summary>
    public const int RingMargin = 2;

    public static long DescriptorAt(int region) => HeaderBytes + ((long)region * DescriptorBytes);

    public static long RingAt(int nrRegions, int ringLength, int region) =>
        DescriptorAt(nrRegions) + ((long)region * ringLength * SweepBytes);

    /// <summary>Size of a whole log.</summary>
    public static long Size(int nrRegions, int ringLength) => RingAt(nrRegions, ringLength, nrRegions);
}
