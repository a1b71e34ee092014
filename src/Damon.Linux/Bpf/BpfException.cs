using Damon.Linux.Native;

namespace Damon.Linux.Bpf;

/// <summary>The kernel refused a bpf(2) command.</summary>
sealed class BpfException(string what, Errno errno, string? verifierLine = null)
    : Exception(verifierLine is null ? $"{what}: {errno.ToText()}" : $"{what}: {errno.ToText()}: {verifierLine}")
{
    public Errno Errno { get; } = errno;

    /// <summary>What the verifier objected to; null when it was not asked or said nothing.</summary>
    public string? VerifierLine { get; } = verifierLine;
}
