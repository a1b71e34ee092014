using System.Runtime.InteropServices;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Actions;

/// <summary>Moves pages of another process to other NUMA nodes, with <c>move_pages</c>. Only pages that no other process maps move.</summary>
/// <remarks>Not thread-safe.</remarks>
sealed unsafe class NodeMigration : IDisposable
{
    const int PagesPerCall = 4096;

    // One node per huge page, so that none has to be in two places.
    const int BlockShift = 21;

    ulong* _pages = (ulong*)NativeMemory.Alloc(PagesPerCall, sizeof(ulong));
    int* _nodes = (int*)NativeMemory.Alloc(PagesPerCall, sizeof(int));
    int* _status = (int*)NativeMemory.Alloc(PagesPerCall, sizeof(int));

    /// <summary>Moves what is there of some runs and not at its place yet, until there is a failure.</summary>
    /// <returns>Bytes that were moved.</returns>
    internal ulong Move(MonitoredProcess process, List<AddressRange> runs, Scheme scheme, ActionNotes notes)
    {
        ulong moved = 0;
        foreach (AddressRange run in runs)
        {
            moved += Move(process, run, scheme.Destinations, out Errno error);
            if (error == Errno.None)
            {
                continue;
            }

            if (error != Errno.ESRCH)
            {
                notes.Say(scheme, error, isCollapse: false);
            }

            break;
        }

        return moved;
    }

    /// <summary>Moves what is there of a run and not at its place yet.</summary>
    /// <param name="process">The process.</param>
    /// <param name="run">Whole pages.</param>
    /// <param name="destinations">At least one, with weights that are not all 0.</param>
    /// <param name="error">The failure that ended it early; ESRCH when the process has ended.</param>
    /// <returns>Bytes that were moved.</returns>
    internal ulong Move(MonitoredProcess process, AddressRange run, IReadOnlyList<MigrationDestination> destinations, out Errno error)
    {
        ObjectDisposedException.ThrowIf(_pages == null, this);
        error = Errno.None;
        ulong moved = 0;
        for (ulong at = run.Start; at < run.End;)
        {
            int count = (int)Math.Min((run.End - at) / Page.Size, PagesPerCall);
            for (int i = 0; i < count; i++)
            {
                _pages[i] = at + ((ulong)i * Page.Size);
            }

            at += (ulong)count * Page.Size;
            error = Place(process, count, isMove: false);
            if (error != Errno.None)
            {
                return moved;
            }

            int away = Choose(count, destinations);
            if (away == 0)
            {
                continue;
            }

            // Some may fail for good; those that moved are counted by looking again.
            _ = Place(process, away, isMove: true);
            error = Place(process, away, isMove: false);
            if (error != Errno.None)
            {
                return moved;
            }

            for (int i = 0; i < away; i++)
            {
                moved += _status[i] == _nodes[i] ? Page.Size : 0;
            }
        }

        return moved;
    }

    /// <summary>The node of the memory at an address, by the weights.</summary>
    internal static int NodeOf(ulong address, IReadOnlyList<MigrationDestination> destinations)
    {
        ulong sum = 0;
        for (int i = 0; i < destinations.Count; i++)
        {
            sum += destinations[i].Weight;
        }

        ulong at = sum == 0 ? 0 : (address >> BlockShift) % sum;
        for (int i = 0; i < destinations.Count; i++)
        {
            if (at < destinations[i].Weight)
            {
                return destinations[i].NodeId;
            }

            at -= destinations[i].Weight;
        }

        return destinations[0].NodeId;
    }

    public void Dispose()
    {
        NativeMemory.Free(_pages);
        NativeMemory.Free(_nodes);
        NativeMemory.Free(_status);
        _pages = null;
    }

    /// <summary>Keeps the pages that are there and elsewhere.</summary>
    int Choose(int count, IReadOnlyList<MigrationDestination> destinations)
    {
        int kept = 0;
        for (int i = 0; i < count; i++)
        {
            int node = NodeOf(_pages[i], destinations);
            if (_status[i] >= 0 && _status[i] != node)
            {
                _pages[kept] = _pages[i];
                _nodes[kept++] = node;
            }
        }

        return kept;
    }

    Errno Place(MonitoredProcess process, int count, bool isMove)
    {
        // The call takes a pid. While the process lives its pid is its own.
        if (!process.IsAlive())
        {
            return Errno.ESRCH;
        }

        nint result = LibC.move_pages(process.Pid, (nuint)count, _pages, isMove ? _nodes : null, _status, isMove ? LibC.MPOL_MF_MOVE : 0);
        return result < 0 ? ErrnoExtensions.Last() : Errno.None;
    }
}
