using System.Globalization;
using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damon.Linux.Memory;

/// <summary>
/// The processes behind address spaces, held by pidfds. Which process has an address space is read from kernel memory without locks, so
/// it is believed only after a look at that process, and looked at again in each sample.
/// </summary>
/// <remarks>Not thread-safe. Allocates only for processes that are new.</remarks>
/// <param name="walker">Not owned. Its memory is overwritten.</param>
/// <param name="proc">Where processes are listed.</param>
sealed class MemoryOwners(PageTableWalker walker, ProcFileSystem proc) : IDisposable
{
    const int MaxOwners = 512;
    const long RetryPeriodNs = 1_000_000_000;

    readonly Dictionary<ulong, MemoryOwner> _owners = [];
    readonly Dictionary<ulong, int> _listed = [];
    readonly List<MemoryOwner> _wanted = [];
    bool? _numbersAreOurs;
    long _listedNs = long.MinValue;

    /// <summary>The owners wanted since <see cref="Begin"/>.</summary>
    internal List<MemoryOwner> Wanted => _wanted;

    /// <summary>Empties <see cref="Wanted"/>.</summary>
    internal void Begin()
    {
        foreach (MemoryOwner owner in _wanted)
        {
            owner.Place = -1;
        }

        _wanted.Clear();
    }

    /// <summary>The process that has an address space; null when it has ended, or cannot be opened.</summary>
    /// <param name="mm">Kernel address of its <c>mm_struct</c>.</param>
    /// <param name="task">Kernel address of a task that may use it; 0 for none known.</param>
    /// <param name="nowNs">Now, in nanoseconds.</param>
    internal MemoryOwner? Want(ulong mm, ulong task, long nowNs)
    {
        if (!_owners.TryGetValue(mm, out MemoryOwner? owner))
        {
            if (_owners.Count >= MaxOwners)
            {
                DropOldest();
            }

            owner = new MemoryOwner(mm);
            _owners.Add(mm, owner);
        }

        owner.LastUsedNs = nowNs;
        if (owner.Place >= 0)
        {
            return owner;
        }

        if (owner.Process is null && (nowNs < owner.RetryNs || !Open(owner, task, nowNs)))
        {
            return null;
        }

        owner.Place = _wanted.Count;
        _wanted.Add(owner);
        return owner;
    }

    /// <summary>Looks whether those wanted still have their address spaces; <see cref="MemoryOwner.Process"/> of the others becomes null.</summary>
    internal void Validate()
    {
        for (int first = 0; first < _wanted.Count; first += PageTableWalker.BatchCapacity)
        {
            int count = Math.Min(PageTableWalker.BatchCapacity, _wanted.Count - first);
            for (int i = 0; i < count; i++)
            {
                walker.Addresses[i] = _wanted[first + i].Task + (ulong)walker.KernelLayout.TaskMm;
            }

            bool isRead = walker.Peek(count) == WalkStatus.Ok;
            for (int i = 0; i < count; i++)
            {
                if (!isRead || walker.Words[i] != _wanted[first + i].Mm)
                {
                    Close(_wanted[first + i]);
                }
            }
        }
    }

    /// <summary>Lets a process go that was found to have ended.</summary>
    internal void Close(MemoryOwner owner)
    {
        if (owner.Process is { } process)
        {
            walker.Forget(process.Pid);
            process.Dispose();
            owner.Process = null;
        }
    }

    public void Dispose()
    {
        foreach (MemoryOwner owner in _owners.Values)
        {
            owner.Dispose();
        }

        _owners.Clear();
    }

    bool Open(MemoryOwner owner, ulong task, long nowNs)
    {
        owner.RetryNs = nowNs + RetryPeriodNs;
        int pid = NumberOf(task);
        if (pid > 0 && Open(owner, pid))
        {
            return true;
        }

        // Without CONFIG_MEMCG, or seen from a container, processes have to be looked through.
        if (nowNs - RetryPeriodNs >= _listedNs)
        {
            _listedNs = nowNs;
            ListProcesses();
        }

        return _listed.TryGetValue(owner.Mm, out pid) && Open(owner, pid);
    }

    bool Open(MemoryOwner owner, int pid)
    {
        if (PidFd.Open(pid, out _) is not { } handle)
        {
            return false;
        }

        // The pid may be another process' by now, so the look comes after the handle.
        if (walker.Walk(pid, 0, withFolio: false) != WalkStatus.Ok || walker.LastMm != owner.Mm)
        {
            handle.Dispose();
            return false;
        }

        owner.Task = walker.LastTask;
        owner.Process = new MonitoredProcess(pid, handle, proc);
        return true;
    }

    int NumberOf(ulong task)
    {
        if (task == 0 || walker.KernelLayout.TaskProcess is not { } offset)
        {
            return 0;
        }

        if (_numbersAreOurs is null)
        {
            _numbersAreOurs = walker.Walk(LibC.getpid(), 0, withFolio: false) == WalkStatus.Ok && ReadNumber(walker.LastTask, offset) == LibC.getpid();
        }

        return _numbersAreOurs.Value ? ReadNumber(task, offset) : 0;
    }

    int ReadNumber(ulong task, int offset)
    {
        walker.Addresses[0] = task + (ulong)offset;
        return walker.Peek(1) == WalkStatus.Ok ? (int)(uint)walker.Words[0] : 0;
    }

    void ListProcesses()
    {
        _listed.Clear();
        try
        {
            foreach (string folder in Directory.EnumerateDirectories(proc.Root))
            {
                if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                    && walker.Walk(pid, 0, withFolio: false) == WalkStatus.Ok)
                {
                    _listed[walker.LastMm] = pid;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then those not seen stay unknown.
        }
    }

    void DropOldest()
    {
        MemoryOwner? oldest = null;
        foreach (MemoryOwner owner in _owners.Values)
        {
            oldest = owner.Place < 0 && (oldest is null || owner.LastUsedNs < oldest.LastUsedNs) ? owner : oldest;
        }

        if (oldest is not null)
        {
            Close(oldest);
            _owners.Remove(oldest.Mm);
        }
    }
}
