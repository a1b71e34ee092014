namespace Damon.Linux.DamonFs;

/// <summary>What a context monitors.</summary>
internal enum AddressSpaceKind
{
    /// <summary>Virtual address spaces of processes (vaddr).</summary>
    Virtual,

    /// <summary>The physical address space (paddr).</summary>
    Physical,
}
