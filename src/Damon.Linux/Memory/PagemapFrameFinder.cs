using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.Memory;

/// <summary>Finds frames in /proc/PID/pagemap: two system calls per address, but no BPF.</summary>
/// <param name="flags">Tells the folios. Not owned.</param>
sealed unsafe class PagemapFrameFinder(KernelPageFlags flags) : IFrameFinder
{
    const ulong PresentBit = 1UL << 63;
    const ulong FrameBits = (1UL << 55) - 1;

    readonly Dictionary<int, State> _states = [];

    public string Description => "frames from pagemap";

    public bool Find(MonitoredProcess process, ReadOnlySpan<ulong> addresses, Span<ulong> heads, long nowNs)
    {
        if (!_states.TryGetValue(process.Pid, out State? state))
        {
            state = new State(new AddressSpaceWatch(process));
            _states.Add(process.Pid, state);
        }

        // An open pagemap stays with the address space it was opened for.
        if (state.Watch.Look(nowNs) || state.Fd < 0)
        {
            state.Open($"{process.Folder}/pagemap");
        }

        if (state.Fd < 0)
        {
            return false;
        }

        for (int i = 0; i < addresses.Length; i++)
        {
            ulong entry;
            nint got = LibC.pread(state.Fd, &entry, sizeof(ulong), (long)((addresses[i] >> Page.Shift) * sizeof(ulong)));
            heads[i] = got == sizeof(ulong) && (entry & PresentBit) != 0 && (entry & FrameBits) != 0 ? flags.HeadOf(entry & FrameBits) : 0;
        }

        return true;
    }

    public void Forget(MonitoredProcess process)
    {
        if (_states.Remove(process.Pid, out State? state))
        {
            state.Close();
        }
    }

    public void Dispose()
    {
        foreach (State state in _states.Values)
        {
            state.Close();
        }

        _states.Clear();
    }

    sealed class State(AddressSpaceWatch watch)
    {
        internal AddressSpaceWatch Watch { get; } = watch;

        internal int Fd { get; private set; } = -1;

        internal void Open(string path)
        {
            Close();
            Fd = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        }

        internal void Close()
        {
            if (Fd >= 0)
            {
                _ = LibC.close(Fd);
                Fd = -1;
            }
        }
    }
}
