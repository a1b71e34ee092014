namespace Damon.Linux.Bpf;

/// <summary>Type information that is malformed, or lacks something that is needed.</summary>
internal sealed class BtfException(long offset, string reason) : Exception($"BTF: {reason} (at byte {offset})")
{
    /// <summary>Where in the file, in bytes from its start.</summary>
    public long Offset { get; } = offset;

    public string Reason { get; } = reason;
}
