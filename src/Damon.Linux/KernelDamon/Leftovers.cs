using Damon.Linux.KernelDamon.DebugFs;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.KernelDamon.Sysfs;
using Damon.Linux.KernelDamon.Tracing;

namespace Damon.Linux.KernelDamon;

/// <summary>Finds, and clears away, what runs of this program left of the kernel's DAMON because they were killed.</summary>
/// <param name="notes">The notes.</param>
/// <param name="open">Opens the files below a folder; null for those of the file system.</param>
sealed class Leftovers(OwnershipNotes notes, Func<string, IKernelFiles>? open = null)
{
    readonly Func<string, IKernelFiles> _open = open ?? (static root => new KernelFolder(root));

    /// <summary>Looks. Nothing is written.</summary>
    public List<Leftover> Look()
    {
        List<Leftover> found = [];
        foreach (string name in notes.Names())
        {
            KernelClaim? claim = notes.Read(name, out string? fault);
            if (claim is null)
            {
                if (fault is not null)
                {
                    found.Add(new Leftover(name, LeftoverState.Unproven, fault));
                }
            }
            else if (OwnProcess.Lives(notes.Proc, claim))
            {
                found.Add(new Leftover(name, LeftoverState.InUse, $"process {claim.Pid} uses {claim.Root}: {notes.Proc.CommandLine(claim.Pid)}"));
            }
            else
            {
                found.Add(Judge(name, claim));
            }
        }

        return found;
    }

    /// <summary>Clears away what is proved to be left by this program.</summary>
    /// <returns>What was done, or why not, for each note.</returns>
    public List<Leftover> Clear()
    {
        List<Leftover> done = [];
        foreach (Leftover leftover in Look())
        {
            if (leftover.State is LeftoverState.InUse or LeftoverState.Unproven)
            {
                done.Add(leftover);
                continue;
            }

            using FileStream? taken = notes.Lock(leftover.Name, out string? fault);
            if (taken is null)
            {
                done.Add(leftover with { State = LeftoverState.InUse, Text = fault! });
                continue;
            }

            // Checked again under the lock: another process may have cleared it away meanwhile.
            if (notes.Read(leftover.Name, out _) is not { } claim)
            {
                continue;
            }

            Leftover now = Judge(leftover.Name, claim);
            if (now.State == LeftoverState.Left)
            {
                now = Undo(now, claim);
            }

            if (now.State is LeftoverState.Cleared or LeftoverState.Nothing)
            {
                notes.Remove(leftover.Name);
            }

            done.Add(now);
        }

        return done;
    }

    Leftover Judge(string name, KernelClaim claim)
    {
        if (claim.BootId != OwnProcess.BootOf(notes.Proc))
        {
            return new Leftover(name, LeftoverState.Nothing, "a note from before the machine was started: nothing is left of that");
        }

        KernelTree tree = new(_open(claim.Root));
        IClaimedInterface claimed = InterfaceOf(claim);
        string? reason = claimed.Unproven(tree, claim);
        bool hasInstance = claim.TraceInstance is { } instance && claim.TraceRoot is { } root && _open(root).Exists(instance);
        if (reason is not null)
        {
            return new Leftover(
                name,
                LeftoverState.Unproven,
                $"{claim.Root}: {reason}; left alone" + (hasInstance ? $" (rmdir {claim.TraceRoot}/{claim.TraceInstance} removes the tracing instance)" : ""));
        }

        List<string> left = [.. claimed.Left(tree, claim)];
        if (hasInstance)
        {
            left.Add($"the tracing instance {claim.TraceInstance}");
        }

        return left.Count == 0
            ? new Leftover(name, LeftoverState.Nothing, $"{claim.Root}: nothing is left of process {claim.Pid}")
            : new Leftover(name, LeftoverState.Left, $"{claim.Root}: process {claim.Pid}, which was killed, left {string.Join(", ", left)}");
    }

    static IClaimedInterface InterfaceOf(KernelClaim claim) => claim.Interface == SysfsBackend.BackendName ? new ClaimedSysfs() : new ClaimedDebugFs();

    Leftover Undo(Leftover left, KernelClaim claim)
    {
        try
        {
            if (InterfaceOf(claim).Undo(new KernelTree(_open(claim.Root)), claim) is { } reason)
            {
                return left with { State = LeftoverState.Unproven, Text = $"{claim.Root}: {reason}" };
            }

            if (claim is { TraceRoot: { } root, TraceInstance: { } instance })
            {
                TraceInstance.Remove(new KernelTree(_open(root)), instance);
            }

            return left with { State = LeftoverState.Cleared };
        }
        catch (KernelDamonException e)
        {
            return left with { State = LeftoverState.Unproven, Text = e.Message };
        }
    }
}
