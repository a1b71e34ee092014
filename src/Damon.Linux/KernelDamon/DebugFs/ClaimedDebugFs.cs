using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;

namespace Damon.Linux.KernelDamon.DebugFs;

/// <summary>What a run changed in the debugfs interface.</summary>
sealed class ClaimedDebugFs : IClaimedInterface
{
    /// <inheritdoc/>
    public string? Unproven(KernelTree tree, KernelClaim claim) => DebugFsRestore.Unproven(tree, claim);

    /// <inheritdoc/>
    public IEnumerable<string> Left(KernelTree tree, KernelClaim claim) =>
        claim.Files.Count > 0 || claim.Kdamonds.Count > 0 ? ["monitoring, and parameters that were changed"] : [];

    /// <inheritdoc/>
    public string? Undo(KernelTree tree, KernelClaim claim)
    {
        DebugFsRestore.Undo(tree, claim);
        return null;
    }
}
