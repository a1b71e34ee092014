namespace Damon.Linux.Memory;

/// <summary>
/// Layout of the memory that walker programs and this process share: byte offsets of 8-byte words, then the arrays.
/// </summary>
static class WalkerMemory
{
    /// <summary>In: number of the process (or thread).</summary>
    public const int Pid = 0;

    /// <summary>In: how many addresses.</summary>
    public const int Count = 8;

    /// <summary>In: the kernel address at which physical address 0 is mapped.</summary>
    public const int DirectMap = 16;

    /// <summary>In: the kernel address of <c>struct page</c> number 0; 0 when not known.</summary>
    public const int PageArray = 24;

    /// <summary>Out: the process's top-level page table. Also what the walk starts from.</summary>
    public const int Pgd = 32;

    /// <summary>Out: its <c>mm_struct</c>.</summary>
    public const int Mm = 40;

    /// <summary>Out: end of its user address space.</summary>
    public const int TaskSize = 48;

    /// <summary>Out: a <see cref="WalkStatus"/>.</summary>
    public const int Status = 56;

    /// <summary>Out: its <c>task_struct</c>.</summary>
    public const int Task = 64;

    public const int Addresses = 128;

    public const int Entries = Addresses + PageTableWalker.BatchCapacity * 8;

    /// <summary>In, for walks of several address spaces: the top-level page table for each address.</summary>
    public const int Tables = Entries + PageTableWalker.BatchCapacity * 8;

    public const int Length = Tables + PageTableWalker.BatchCapacity * 8;
}
