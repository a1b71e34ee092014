namespace Damon.Linux.Memory;

/// <summary>How a page-table walk is started in the kernel.</summary>
enum WalkerProgramKind
{
    /// <summary>Whatever works, in the order below.</summary>
    Auto,

    /// <summary>A program run on request, which finds the task by number: one system call per walk. Kernel 6.10 and later.</summary>
    Syscall,

    /// <summary>A task iterator: three system calls per walk. Kernel 5.8 and later.</summary>
    Iterator,
}
