namespace Damon.Linux.DamonFs;

/// <summary>Where the file system gets processes and the means of monitoring from. Any thread may call it.</summary>
internal interface IDamonFsOperationsFactory
{
    /// <summary>Whether <c>paddr</c> may be written at all (in the kernel: is built in). A run may still be refused.</summary>
    bool KnowsPhysical { get; }

    /// <summary>The process of a pid, or null when there is none.</summary>
    IDamonFsProcess? FindProcess(int pid);

    /// <summary>The pid behind a pidfd of another process; 0 or below when that has ended, null when it is no pidfd.</summary>
    int? PidOfDescriptor(int callerPid, int descriptor);

    /// <summary>Makes what one run of one context needs.</summary>
    /// <exception cref="DamonFsException">This kind of address space cannot be monitored here; the message says why.</exception>
    IDamonFsEngine Create(AddressSpaceKind kind);
}
