namespace Damon.Linux.AccessChecks;

/// <summary>The ways of seeing accesses from user space, best first.</summary>
public enum AccessCheckKind
{
    /// <summary>A BPF program reads the accessed bits from the page tables; MADV_COLD, or clear_refs where that cannot, clears them.</summary>
    PageTable,

    /// <summary>The kernel's idle page bitmap marks pages and tells which were accessed since.</summary>
    IdlePage,

    /// <summary>clear_refs clears a whole process, smaps tells how much of each mapping was accessed since.</summary>
    ClearRefs,
}
