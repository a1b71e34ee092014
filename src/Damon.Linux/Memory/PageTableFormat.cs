namespace Damon.Linux.Memory;

/// <summary>Bits, levels and shifts of page tables, by processor: whatever reads or makes entries takes them from here.</summary>
static class PageTableFormat
{
    /// <summary>Tables of 4 or 5 levels over pages of 4 KiB. Level 1 has the pages; entries of levels 2 and 3 may map 2 MiB and 1 GiB as a whole.</summary>
    internal static class X64
    {
        internal const ulong PresentBit = 1 << 0;
        internal const ulong AccessedBit = 1 << 5;

        /// <summary>On levels 2 and 3: the entry maps memory, not a table.</summary>
        internal const ulong HugeBit = 1 << 7;

        /// <summary>Left to software by the processor; the kernel's mark of pages without <c>struct page</c>.</summary>
        internal const ulong SpecialBit = 1 << 9;

        /// <summary>Base-2 logarithm of the size of a page of level 1.</summary>
        internal const int PageShift = 12;

        /// <summary>Bits of an address that choose the entry of one table.</summary>
        internal const int BitsPerLevel = 9;

        /// <summary>Base-2 logarithm of the bytes of an entry.</summary>
        internal const int EntryShift = 3;

        /// <summary>Position of an entry in its table, as a mask.</summary>
        internal const int IndexMask = (1 << BitsPerLevel) - 1;

        /// <summary>Most bits of a physical address.</summary>
        internal const int MaxPhysicalBits = 52;

        /// <summary>The highest level whose entries may map memory, whatever <see cref="HugeBit"/> says on those above.</summary>
        internal const int HighestHugeLevel = 3;

        /// <summary>Orders, in pages of level 1, of what one entry of levels 2 and 3 maps.</summary>
        internal const int Level2Order = BitsPerLevel;

        /// <inheritdoc cref="Level2Order"/>
        internal const int Level3Order = 2 * BitsPerLevel;

        /// <summary>End of the user half of what 4 levels span, in bytes. Address spaces end a page below it.</summary>
        internal const ulong UserEndOf4Levels = 1UL << (PageShift + (4 * BitsPerLevel) - 1);

        /// <summary>End of the user half of what 5 levels span, in bytes.</summary>
        internal const ulong UserEndOf5Levels = 1UL << (PageShift + (5 * BitsPerLevel) - 1);

        /// <summary>Base-2 logarithm of what one entry of a level spans, in bytes: 12, 21, 30, 39 or 48.</summary>
        internal static int ShiftOf(int level) => PageShift + (BitsPerLevel * (level - 1));

        /// <summary>The bits of a frame's number that an entry of a level leaves to the address.</summary>
        internal static ulong FramesWithin(int level) => (1UL << (BitsPerLevel * (level - 1))) - 1;
    }
}
