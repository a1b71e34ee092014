namespace Damon.Linux.Memory;

/// <summary>How a walk ended. The numbers up to <see cref="Changed"/> are those the programs write.</summary>
enum WalkStatus
{
    /// <summary>The kernel refused; see <see cref="PageTableWalker.LastError"/>.</summary>
    Failed = 0,

    Ok = 1,

    /// <summary>There is no such process.</summary>
    NoTask = 2,

    /// <summary>It has no address space: a kernel thread or a zombie.</summary>
    NoMemory = 3,

    /// <summary>It got another address space during the walk (exec, exit): the entries are not to be used.</summary>
    Changed = 4,
}
