using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;

namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>Kdamonds of the sysfs interface that a run made.</summary>
sealed class ClaimedSysfs : IClaimedInterface
{
    /// <inheritdoc/>
    public string? Unproven(KernelTree tree, KernelClaim claim)
    {
        foreach (SysfsKdamondState state in Present(tree, claim))
        {
            ClaimedKdamond claimed = claim.Kdamonds.First(k => k.Index == state.Index);
            if (claimed.Identity == 0 || claimed.Identity != state.Identity)
            {
                return $"kdamond {state.Index} was made by somebody else";
            }

            if (state.IsOn && state.Pid != claimed.KernelPid)
            {
                return claimed.KernelPid < 0
                    ? $"kdamond {state.Index} runs, and damo was killed before it could note whether that is its doing"
                    : $"kdamond {state.Index} was started anew by somebody else (its pid is {state.Pid}, and was {claimed.KernelPid})";
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Left(KernelTree tree, KernelClaim claim) =>
        Present(tree, claim).Select(s => $"kdamond {s.Index} ({(s.IsOn ? $"running, pid {s.Pid}" : "not running")})");

    /// <inheritdoc/>
    public string? Undo(KernelTree tree, KernelClaim claim)
    {
        foreach (ClaimedKdamond claimed in claim.Kdamonds)
        {
            SysfsAdmin admin = new(tree);
            if (admin.IsThere && tree.Exists($"kdamonds/{claimed.Index}"))
            {
                new SysfsKdamond(tree, claimed.Index).Stop();
                if (admin.Remove(claimed.Identity) is { } reason)
                {
                    return reason;
                }
            }
        }

        return null;
    }

    static List<SysfsKdamondState> Present(KernelTree tree, KernelClaim claim)
    {
        SysfsAdmin admin = new(tree);
        return admin.IsThere ? [.. admin.Look().Where(s => claim.Kdamonds.Any(k => k.Index == s.Index))] : [];
    }
}
