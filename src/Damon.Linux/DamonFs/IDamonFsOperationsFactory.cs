using Damon.Linux.Engine;
using Damon.Monitoring;

namespace Damon.Linux.DamonFs;

/// <summary>Where the file system gets processes and the means of monitoring from. Any thread may call it.</summary>
interface IDamonFsOperationsFactory
{
    /// <summary>Whether <c>paddr</c> may be written at all (in the kernel: is built in). A run may still be refused.</summary>
    bool KnowsPhysical { get; }

    /// <summary>The process of a pid, or null when there is none.</summary>
    IDamonFsProcess? FindProcess(int pid);

    /// <summary>The pid behind a pidfd of another process; 0 or below when that has ended, null when it is no pidfd.</summary>
    int? PidOfDescriptor(int callerPid, int descriptor);

    /// <summary>
    /// Makes a run for one context, without targets and schemes. Regions that are given follow the mappings after an update interval, as the kernel's do.
    /// </summary>
    /// <param name="addressSpace">The address space.</param>
    /// <param name="attributes">Intervals and limits of the number of regions.</param>
    /// <param name="seed">Starts the random numbers.</param>
    /// <exception cref="DamonFsException">This kind of address space cannot be monitored here; the message says why.</exception>
    EngineRun Create(AddressSpace addressSpace, MonitoringAttributes attributes, ulong seed);
}
