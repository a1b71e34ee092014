using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.Native;

namespace Damon.Linux.KernelDamon.DebugFs;

/// <summary>Puts back what a run changed.</summary>
static class DebugFsRestore
{
    /// <summary>Why what is there cannot be proved to be what a run left; null when it can, or nothing is there.</summary>
    public static string? Unproven(KernelTree tree, KernelClaim claim)
    {
        DebugFsFiles files = new(tree);
        if (!files.IsThere)
        {
            return null;
        }

        foreach (ClaimedFile file in claim.Files)
        {
            if (file.Written is not null
                && (tree.TryRead(file.Path, out string text) != Errno.None || (text != file.Written && text != file.Text.TrimEnd('\n'))))
            {
                return $"'{tree.PathOf(file.Path)}' was changed since by somebody else";
            }
        }

        if (!files.IsOn || claim.Kdamonds.Count == 0)
        {
            return null;
        }

        int claimed = claim.Kdamonds[0].KernelPid;
        return files.KdamondPid switch
        {
            null => "monitoring is on, and this kernel does not tell by whom",
            -1 => null,
            int pid when pid == claimed => null,
            int pid => $"monitoring was started anew by somebody else (the pid of the kdamond is {pid}, and was {claimed})",
        };
    }

    /// <summary>Stops, and writes back what the files said.</summary>
    /// <exception cref="KernelDamonException">Something cannot be put back.</exception>
    public static void Undo(KernelTree tree, KernelClaim claim)
    {
        DebugFsFiles files = new(tree);
        if (!files.IsThere)
        {
            return;
        }

        Stop(files, claim.Kdamonds is [ClaimedKdamond kdamond] ? kdamond.KernelPid : null);
        foreach (ClaimedFile file in claim.Files)
        {
            Restore(tree, file);
        }
    }

    /// <summary>Stops what a run started.</summary>
    /// <param name="files">The interface.</param>
    /// <param name="started">The pid of the kdamond started, -1 where the kernel does not say; null when none was.</param>
    public static void Stop(DebugFsFiles files, int? started)
    {
        if (started is null || !files.IsOn || (started > 0 && files.KdamondPid is { } pid && pid != started))
        {
            return;
        }

        Errno errno = files.Tree.TryWrite(files.MonitorOn, "off\n");
        if (errno != Errno.None && files.IsOn && files.KdamondPid is null or > 0)
        {
            throw files.Tree.Refused(files.MonitorOn, "off", errno);
        }
    }

    static void Restore(KernelTree tree, ClaimedFile file)
    {
        // Schemes carry statistics, and so never read as they were written.
        if (file.Path != "schemes" && tree.TryRead(file.Path, out string text) == Errno.None && text.TrimEnd() == file.Text.TrimEnd())
        {
            return;
        }

        Errno errno = tree.TryWrite(file.Path, file.Text);

        // Processes that were targets may have ended meanwhile, and their regions with them.
        bool isOfTargets = file.Path is "pids" or "target_ids" or "init_regions";
        if (errno != Errno.None && !(isOfTargets && errno is Errno.EINVAL or Errno.ENOMEM or Errno.ESRCH))
        {
            throw tree.Refused(file.Path, file.Text, errno);
        }
    }
}
