using static Damon.Linux.Memory.PageTableFormat.X64;

namespace Damon.Linux.Memory;

/// <summary>
/// What the page tables of an x86-64 process say about one address: the entry in which the walk ended, and, after a walk with
/// folios, what <c>struct page</c> adds for a young page.
/// </summary>
/// <param name="raw">
/// Bits 0 to 51 are those of the entry; 52 to 55 order of the folio, 56 to 58 level, 60 clearable, 61 folio known.
/// </param>
readonly struct PageEntry(ulong raw)
{
    internal const int OrderShift = MaxPhysicalBits;
    internal const int LevelShift = 56;
    internal const ulong ClearableBit = 1UL << 60;
    internal const ulong FolioKnownBit = 1UL << 61;

    /// <summary>The greatest order that fits.</summary>
    internal const int MaxOrder = 15;

    public ulong Raw { get; } = raw;

    /// <summary>Whether the address is mapped to memory. Not so for swapped pages and pages without access rights.</summary>
    public bool Present => (Raw & PresentBit) != 0;

    /// <summary>Whether the hardware has set the accessed bit; see also <see cref="Special"/>.</summary>
    public bool Young => (Raw & (PresentBit | AccessedBit)) == (PresentBit | AccessedBit);

    /// <summary>
    /// A page without <c>struct page</c> behind it, above all the zero page. Its bit is never cleared, so it counts as not
    /// accessed, as in the kernel.
    /// </summary>
    public bool Special => (Raw & (PresentBit | SpecialBit)) == (PresentBit | SpecialBit);

    /// <summary>Whether this counts as an access since the bit was cleared.</summary>
    public bool Accessed => (Raw & (PresentBit | AccessedBit | SpecialBit)) == (PresentBit | AccessedBit);

    /// <summary>1 for a page of 4 KiB, 2 for 2 MiB, 3 for 1 GiB; where nothing is mapped, the level that has nothing, up to 5.</summary>
    public int Level => (int)(Raw >> LevelShift) & 7;

    /// <summary>Whether one entry maps 2 MiB or more, so that its accessed bit is that of all of it.</summary>
    public bool IsHuge => Level >= 2 && (Raw & (PresentBit | HugeBit)) == (PresentBit | HugeBit);

    /// <summary>Whether <see cref="FolioOrder"/> was found out; only for accessed pages of a walk with folios.</summary>
    public bool FolioKnown => (Raw & FolioKnownBit) != 0;

    /// <summary>Base-2 logarithm of the number of 4 KiB pages that the kernel handles as one; 0 to 15.</summary>
    public int FolioOrder => (int)(Raw >> OrderShift) & MaxOrder;

    /// <summary>
    /// Whether MADV_COLD on the whole folio is expected to clear the bit: on a reclaim list, not locked, and all of it mapped
    /// exactly once. Never true unless the walk knows the map counts of such folios.
    /// </summary>
    public bool Clearable => (Raw & ClearableBit) != 0;

    /// <summary>Frame number of the first 4 KiB page that this entry maps.</summary>
    public ulong Pfn
    {
        get
        {
            ulong pfn = (Raw & ((1UL << MaxPhysicalBits) - 1)) >> PageShift;

            // Low address bits of a huge entry hold flags (PAT is bit 12).
            return Level is 2 or HighestHugeLevel ? pfn & ~FramesWithin(Level) : pfn;
        }
    }

    /// <summary>The entry of one page of which nothing is known but its frame.</summary>
    internal static PageEntry OfFrame(ulong frame) => new((frame << PageShift) | PresentBit | (1UL << LevelShift));
}
