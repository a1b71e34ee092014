using Damon.Linux.Bpf;
using Damon.Linux.Machine;
using static Damon.Linux.Memory.PageTableFormat.X64;

namespace Damon.Linux.Memory;

/// <summary>
/// Finds out who maps page frames, a thousand at a time: follows <c>struct page</c> through the kernel's reverse map to the mappings
/// of processes, and looks into their page tables whether it is so.
/// </summary>
/// <remarks>
/// Kernel memory is read without locks, so whatever it says is a hint; only a page-table entry with the very frame counts. What is
/// followed lies in the direct map of memory, never in that of devices. Not thread-safe. Allocates until its lists have their size.
/// </remarks>
sealed partial class FrameOwners
{
    /// <summary>Most frames at a time: four words of each fit into one run of the walker.</summary>
    internal const int Capacity = PageTableWalker.BatchCapacity / WordsPerFrame;

    const int WordsPerFrame = 4;
    const int MaxMappingsPerFrame = 16;
    const int MaxNodesPerFrame = 192;
    const int StackDepth = 40;
    const ulong MaxIndex = 1UL << 52;

    // Smaller values are not counts but page types.
    const int LeastMapCount = -128;
    const ulong NotFollowedBit = 2;
    const ulong MappingBits = 3;

    readonly PageTableWalker _walker;
    readonly KernelLayout _layout;
    readonly ReverseMapLayout _map;
    readonly ulong _memoryEnd;
    readonly ulong _pageSize;
    readonly FrameFacts[] _frames = new FrameFacts[Capacity];
    readonly ulong[] _folios = new ulong[Capacity];
    readonly int[] _active = new int[Capacity];
    readonly ulong[] _nodes = new ulong[Capacity];
    readonly ulong[] _left = new ulong[Capacity];
    readonly ulong[] _stacks = new ulong[Capacity * StackDepth];
    readonly int[] _depths = new int[Capacity];
    readonly int[] _visited = new int[Capacity];
    readonly Dictionary<ulong, int> _spaces = [];
    FrameMapping[] _mappings = new FrameMapping[2 * Capacity];
    (ulong Mm, ulong Table, ulong Task)[] _spaceList = new (ulong, ulong, ulong)[256];
    int _nrMappings;
    int _nrActive;

    FrameOwners(PageTableWalker walker, ulong memoryEnd)
    {
        _walker = walker;
        _layout = walker.KernelLayout;
        _map = _layout.ReverseMap!;
        _memoryEnd = memoryEnd;
        _pageSize = (ulong)_layout.PageSize!.Value;
    }

    /// <summary>The frames of the last <see cref="Resolve"/>, in the order given; <see cref="Count"/> of them.</summary>
    internal ReadOnlySpan<FrameFacts> Frames => _frames;

    /// <summary>Frames of the last <see cref="Resolve"/>.</summary>
    internal int Count { get; private set; }

    /// <summary>Where they are mapped.</summary>
    internal ReadOnlySpan<FrameMapping> Mappings => _mappings.AsSpan(0, _nrMappings);

    /// <summary>Whether it is known of large folios too how often they are mapped.</summary>
    internal bool KnowsLargeMapCounts => _layout.HasMapCounts;

    /// <summary>Makes sure that frames of this process are found to be its own.</summary>
    /// <param name="walker">Not owned.</param>
    /// <param name="memory">Where memory is.</param>
    /// <exception cref="AccessCheckUnavailableException">It does not work here.</exception>
    internal static FrameOwners Create(PageTableWalker walker, MemoryMap memory)
    {
        if (memory.Fault is { } fault)
        {
            throw new AccessCheckUnavailableException(fault, "the other ways need it too");
        }

        KernelLayout layout = walker.KernelLayout;
        string? reason = layout.ReverseMap is null ? $"the kernel's type information does not tell where {layout.ReverseMapMissing} is"
            : walker.FoliosUnknownBecause is { } unknown ? unknown
            : layout.HasPageMapCounts ? null : "the kernel's type information does not tell how often pages are mapped";
        if (reason is null)
        {
            FrameOwners owners = new(walker, memory.End);
            reason = owners.SelfTest();
            if (reason is null)
            {
                return owners;
            }
        }

        throw new AccessCheckUnavailableException(
            $"it cannot be found out who maps a page frame: {reason}",
            "it needs a kernel with CONFIG_DEBUG_INFO_BTF and CONFIG_VMAP_STACK, 5.16 or later");
    }

    /// <summary>Finds out who maps some frames.</summary>
    /// <param name="frames">At most <see cref="Capacity"/>.</param>
    /// <param name="onePerFolio">Whether of consecutive frames of one folio only the first is of interest.</param>
    /// <returns>False when kernel memory could not be read: nothing is known.</returns>
    internal bool Resolve(ReadOnlySpan<ulong> frames, bool onePerFolio = false)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frames.Length, Capacity, nameof(frames));
        _nrMappings = 0;
        Count = 0;
        return ReadHeads(frames, onePerFolio) && ReadFolios() && ReadRoots() && FollowTrees() && ReadSpaces() && Verify();
    }

    /// <summary>Whether MADV_COLD on the whole folio will clear the bit: it is on a reclaim list, not locked, and mapped exactly once.</summary>
    /// <returns>Null when that is not known, for a large folio on older kernels.</returns>
    internal bool? IsClearable(in FrameFacts frame, in FrameMapping mapping)
    {
        ulong lru = 1UL << _layout.PgLru!.Value;
        if ((frame.Flags & (lru | (_layout.PgMlocked is { } locked ? 1UL << locked : 0))) != lru)
        {
            return false;
        }

        if (frame.Order == 0)
        {
            return frame.MapCount == 0;
        }

        if (!KnowsLargeMapCounts)
        {
            return frame.NrMappings == 1 ? null : false;
        }

        return mapping.Entry.Level == 1 ? frame.MapCount + 1 == 1 << frame.Order : frame.MapCount == 0 && frame.Order == Level2Order;
    }

    /// <summary>Whether the folio is on a reclaim list.</summary>
    internal bool IsOnReclaimList(in FrameFacts frame) => HasFlag(frame, _layout.PgLru);

    /// <summary>Whether the folio is on an active list.</summary>
    internal bool IsActive(in FrameFacts frame) => HasFlag(frame, _layout.PgActive);

    /// <summary>Whether the folio goes to swap space when it is reclaimed.</summary>
    internal bool IsSwapBacked(in FrameFacts frame) => frame.IsAnonymous || HasFlag(frame, _layout.PgSwapBacked);

    /// <summary>Whether an entry maps a frame.</summary>
    internal static bool Maps(PageEntry entry, ulong address, ulong frame)
    {
        if (!entry.Present || entry.Special || entry.Level > HighestHugeLevel)
        {
            return false;
        }

        return entry.Pfn + ((address >> PageShift) & FramesWithin(entry.Level)) == frame;
    }

    static bool HasFlag(in FrameFacts frame, int? flag) => flag is { } bit && (frame.Flags & (1UL << bit)) != 0;
}
