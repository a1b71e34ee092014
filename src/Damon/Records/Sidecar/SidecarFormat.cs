namespace Damon.Records.Sidecar;

/// <summary>What writer and reader of the sidecar must agree on.</summary>
public static class SidecarFormat
{
    /// <summary>What the name of a sidecar has behind the name of its record.</summary>
    public const string Suffix = ".meta.json";

    /// <summary>Longest line in bytes without its line feed; the reader refuses longer ones, so the writer leaves them out.</summary>
    public const int MaxLine = 16 * 1024 * 1024;

    internal static ReadOnlySpan<byte> Target => "target"u8;

    internal static ReadOnlySpan<byte> Mappings => "mappings"u8;

    /// <summary>Mappings of which an earlier line has some. Another name, since readers that do not know it would take the rest for all.</summary>
    internal static ReadOnlySpan<byte> CopiedMappings => "copied_mappings"u8;

    internal static ReadOnlySpan<byte> Ages => "ages"u8;

    internal static ReadOnlySpan<byte> Tried => "tried"u8;

    internal static ReadOnlySpan<byte> Status => "status"u8;

    internal static ReadOnlySpan<byte> End => "end"u8;
}
