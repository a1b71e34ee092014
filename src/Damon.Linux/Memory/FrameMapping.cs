namespace Damon.Linux.Memory;

/// <summary>One place where a process maps a page frame; seen in its page tables.</summary>
record struct FrameMapping
{
    /// <summary>Index of the frame among those resolved together.</summary>
    internal int Frame;

    /// <summary>Index of the next place of the same frame; -1 behind the last.</summary>
    internal int Next;

    /// <summary>The address, in the process.</summary>
    internal ulong Address;

    /// <summary>Bounds of the mapping that it is in.</summary>
    internal ulong MappingStart;

    /// <inheritdoc cref="MappingStart"/>
    internal ulong MappingEnd;

    /// <summary>Kernel address of the <c>mm_struct</c>.</summary>
    internal ulong Mm;

    /// <summary>Kernel address of the top-level page table.</summary>
    internal ulong Table;

    /// <summary>Kernel address of a task that uses the address space; 0 when the kernel does not say.</summary>
    internal ulong Task;

    /// <summary>The entry that leads to the frame.</summary>
    internal PageEntry Entry;
}
