namespace Damon.Records.Binary;

/// <summary>The layout of the binary record format: little endian, no padding, no trailer.</summary>
static class BinaryFormat
{
    /// <summary>Bytes of the magic and of the version after it.</summary>
    public const int HeaderSize = 20;

    /// <summary>Bytes of the seconds and the nanoseconds of a snapshot.</summary>
    public const int TimeSize = 16;

    public const long NsPerSecond = 1_000_000_000;

    /// <summary>Last second whose nanoseconds all fit in 63 bits.</summary>
    public const long MaxSeconds = (long.MaxValue / NsPerSecond) - 1;

    public static ReadOnlySpan<byte> Magic => "damon_recfmt_ver"u8;

    /// <summary>Only version 1 holds a signed pid; every other version, known or not, an unsigned 64-bit id.</summary>
    public static int IdSize(int version) => version == 1 ? sizeof(int) : sizeof(ulong);

    public static bool IsPlausibleTime(long seconds, long nanoseconds) =>
        seconds is >= 0 and <= MaxSeconds && nanoseconds is >= 0 and < NsPerSecond;
}
