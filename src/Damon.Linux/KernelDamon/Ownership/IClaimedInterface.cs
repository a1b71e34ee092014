using Damon.Linux.KernelDamon.Files;

namespace Damon.Linux.KernelDamon.Ownership;

/// <summary>An interface of the kernel's DAMON in which a run that was killed may have left something.</summary>
interface IClaimedInterface
{
    /// <summary>Why what is there cannot be proved to be what the run left; null when it can, or nothing is there.</summary>
    string? Unproven(KernelTree tree, KernelClaim claim);

    /// <summary>What the run left, in words.</summary>
    IEnumerable<string> Left(KernelTree tree, KernelClaim claim);

    /// <summary>Clears it away.</summary>
    /// <returns>Why something stays; null when nothing does.</returns>
    /// <exception cref="KernelDamonException">The kernel refuses.</exception>
    string? Undo(KernelTree tree, KernelClaim claim);
}
