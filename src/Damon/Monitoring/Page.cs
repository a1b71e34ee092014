namespace Damon.Monitoring;

/// <summary>The unit in which memory is mapped and looked at.</summary>
/// <remarks>
/// The smallest page of x86-64, and the usual one of all other processors. Bits of page tables are not here: a processor may have tables of several page sizes.
/// </remarks>
static class Page
{
    /// <summary>Base-2 logarithm of <see cref="Size"/>: addresses shifted right by it are numbers of pages or frames.</summary>
    internal const int Shift = 12;

    /// <summary>Size in bytes.</summary>
    internal const ulong Size = 1UL << Shift;

    /// <summary>Size in bytes of the smallest huge page.</summary>
    internal const ulong HugeSize = 2 << 20;

    /// <summary>Start of the page that holds an address.</summary>
    internal static ulong AlignDown(ulong address) => address & ~(Size - 1);

    /// <summary>Start of the first page that begins at an address or above it; of the last page of all when there is none.</summary>
    internal static ulong AlignUp(ulong address) => AlignDown(address > ulong.MaxValue - Size ? address : address + Size - 1);
}
