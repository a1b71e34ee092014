using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Linux.Actions;

/// <summary>What actions on memory need of the machine, in any kind of address space.</summary>
/// <param name="proc">Where to read of processes.</param>
/// <param name="sysRoot">Usually <c>/sys</c>.</param>
sealed class ActionSupport(ProcFileSystem proc, string sysRoot)
{
    const int NiceCapability = 23;

    /// <summary>Why an advice cannot be given to other processes; null when it can.</summary>
    /// <param name="advice">One of the <c>MADV_</c> values.</param>
    /// <param name="since">The kernel version that has it.</param>
    internal string? AdviceRefusal(int advice, string since)
    {
        Errno error = AdviceProbe.Try(advice);
        if (error is not (Errno.None or Errno.EBADF))
        {
            return $"this kernel does not do it for other processes ({error.ToText()}); it needs Linux {since} or later";
        }

        return MayAdviseOthers() ? null : "advising other processes takes CAP_SYS_NICE; run as root";
    }

    /// <summary>Why nothing can be migrated; null when it can.</summary>
    internal string? MigrationRefusal() => NumberOfNodes() > 1 ? null : "there is one NUMA node only, so there is nowhere to migrate to";

    /// <summary>Why a scheme's destinations are of no use; null when they are, or it has no use for any.</summary>
    internal string? DestinationRefusal(Scheme scheme)
    {
        if (!SchemeNames.IsMigration(scheme.Action))
        {
            return null;
        }

        if (scheme.Destinations.Count == 0 || scheme.Destinations.All(d => d.Weight == 0))
        {
            return "no NUMA node is given to migrate to";
        }

        return scheme.Destinations.Where(d => !Directory.Exists($"{sysRoot}/devices/system/node/node{d.NodeId}"))
            .Select(d => $"there is no NUMA node {d.NodeId}")
            .FirstOrDefault();
    }

    /// <summary>Whether memory that belongs to no file has somewhere to go.</summary>
    internal static unsafe bool HasFreeSwap()
    {
        LibC.sysinfo_data info;
        return LibC.sysinfo(&info) != 0 || info.freeswap > 0;
    }

    bool MayAdviseOthers()
    {
        if (!proc.TryRead($"{proc.Root}/self/status", out ReadOnlySpan<byte> status, out _))
        {
            return true;
        }

        int at = status.IndexOf("\nCapEff:\t"u8);
        return at < 0
            || !System.Buffers.Text.Utf8Parser.TryParse(status[(at + "\nCapEff:\t"u8.Length)..], out ulong capabilities, out _, 'x')
            || (capabilities & (1UL << NiceCapability)) != 0;
    }

    int NumberOfNodes()
    {
        try
        {
            return Directory.EnumerateDirectories($"{sysRoot}/devices/system/node", "node*").Count();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A kernel without NUMA has no such folder.
            return 1;
        }
    }
}
