namespace Damon.Linux.Bpf;

/// <summary>Type information that is malformed, or lacks something that is needed.</summary>
sealed class BtfException(long offset, string reason) : Exception($"BTF: {reason} (at byte {offset})");
