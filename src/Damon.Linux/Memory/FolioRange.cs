using Damon.Monitoring;
using static Damon.Linux.Memory.PageTableFormat.X64;

namespace Damon.Linux.Memory;

/// <summary>Addresses [Start, Start + Length) at which one folio is mapped, in bytes; what advice may be given on.</summary>
/// <remarks>
/// Advice on a part of a folio makes the kernel split it, and for file pages unmap it. So there is no range for a part:
/// where the whole is not known there is none.
/// </remarks>
readonly record struct FolioRange(ulong Start, ulong Length)
{
    public ulong End => Start + Length;

    /// <summary>Whether all of it lies in [start, end), as a rule the mapping it was found in.</summary>
    public bool IsInside(ulong start, ulong end) => Start >= start && End <= end && Start < End;

    /// <summary>The range for an entry that a walk with folios found; null when advice must not be given.</summary>
    public static FolioRange? Of(ulong address, PageEntry entry) => entry.Level switch
    {
        1 when entry.FolioKnown => Of(address, entry, entry.FolioOrder),
        2 when !entry.FolioKnown || entry.FolioOrder == Level2Order => Of(address, entry, Level2Order),
        _ => null,
    };

    /// <summary>As <see cref="Of(ulong, PageEntry)"/>, with the order given, for example from /proc/kpageflags.</summary>
    /// <param name="address">The address walked.</param>
    /// <param name="entry">What the walk found there.</param>
    /// <param name="order">Base-2 logarithm of the folio's size in pages of 4 KiB, 0 or more.</param>
    public static FolioRange? Of(ulong address, PageEntry entry, int order)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        if (!entry.Present || entry.Special || order > Level3Order)
        {
            return null;
        }

        ulong length = Page.Size << order;
        switch (entry.Level)
        {
            case 1:
                // A folio starts at a multiple of its size in memory, but may be mapped anywhere.
                ulong page = Page.AlignDown(address);
                ulong before = (entry.Pfn & ((1UL << order) - 1)) * Page.Size;
                return before <= page && page - before <= ulong.MaxValue - length ? new(page - before, length) : null;
            case 2 when entry.IsHuge && order == Level2Order:
                return new(address & ~(length - 1), length);
            default:
                // 1 GiB pages are never on a reclaim list.
                return null;
        }
    }
}
