namespace Damon.Linux.Memory;

/// <summary>What is in a page frame, as far as accesses go.</summary>
enum FrameState
{
    /// <summary>Nothing that a process could map: free, the kernel's own, or no memory at all. Also what the kernel has merged (KSM).</summary>
    Unowned,

    /// <summary>A page of a file or of anonymous memory that no process maps at present.</summary>
    Unmapped,

    /// <summary>A page that the page tables of at least one process lead to.</summary>
    Mapped,
}
