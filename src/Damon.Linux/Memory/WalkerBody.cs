namespace Damon.Linux.Memory;

/// <summary>What a walker program does with each address.</summary>
enum WalkerBody
{
    /// <summary>Find the page-table entry.</summary>
    Plain,

    /// <summary>Find the entry, then look up the folio of young pages: costs some cache misses more.</summary>
    Folio,

    /// <summary>Find the page-table entry in an address space that is given with each address.</summary>
    Spaces,

    /// <summary>Read 8 bytes of kernel memory at the address.</summary>
    Peek,
}
