using Damon.Linux.Processes;

namespace Damon.Linux.Memory;

/// <summary>A process under monitoring: its handle, its mappings, and what the access check keeps for it.</summary>
sealed class MonitoredProcess : IDisposable
{
    internal MonitoredProcess(int pid, PidFd handle, ProcFileSystem proc)
    {
        Pid = pid;
        Handle = handle;
        Proc = proc;
        Folder = $"{proc.Root}/{pid}";
    }

    /// <summary>The pid in our pid namespace.</summary>
    internal int Pid { get; }

    internal PidFd Handle { get; }

    /// <summary>
    /// Where /proc tells of its address space: usually the folder of the process. Its first thread may end before the others; it is
    /// then a zombie without address space, and the folder of another thread stands in.
    /// </summary>
    internal string Folder { get; private set; }

    internal ProcFileSystem Proc { get; }

    /// <summary>The mappings as of the last update.</summary>
    internal MappingTable Mappings { get; } = new();

    /// <summary>Identity of the address space the last sample saw; 0 before the first. Changes when the process executes another program.</summary>
    internal ulong AddressSpace { get; private set; }

    /// <summary>Set when <see cref="AddressSpace"/> has changed; the code that fits the regions resets it.</summary>
    internal bool AddressSpaceChanged { get; set; }

    /// <summary>Whether the process has ended.</summary>
    internal bool HasExited { get; private set; }

    /// <summary>Bytes accessed in a period that has just ended, where the check counts them; the code that takes them sets it to null.</summary>
    internal ulong? AccessedBytes { get; set; }

    /// <summary>What the access check keeps for this process.</summary>
    internal object? CheckerState { get; set; }

    /// <summary>Looks whether the process still lives.</summary>
    internal bool IsAlive()
    {
        HasExited = HasExited || Handle.HasExited;
        return !HasExited;
    }

    /// <summary>Looks for a thread that lives, when <see cref="Folder"/> tells of no address space.</summary>
    /// <returns>Whether <see cref="Folder"/> is that of one now.</returns>
    internal bool FindLivingThread()
    {
        string main = $"{Proc.Root}/{Pid}";
        foreach (string folder in Proc.Threads(Pid).Select(t => $"{main}/task/{t}").Prepend(main))
        {
            if (Proc.TryReadStat(folder, out ProcessStat stat) && !stat.IsZombie)
            {
                Folder = folder;
                return true;
            }
        }

        return false;
    }

    /// <summary>A sample saw the address space of this identity.</summary>
    internal void SawAddressSpace(ulong identity)
    {
        if (identity != AddressSpace)
        {
            AddressSpaceChanged |= AddressSpace != 0;
            AddressSpace = identity;
        }
    }

    public void Dispose() => Handle.Dispose();
}
