using Damon.Linux.Processes;

namespace Damon.Linux.Memory;

/// <summary>Notices, for checks that do not see the address space itself, that a process has executed another program.</summary>
/// <param name="process">The process.</param>
sealed class AddressSpaceWatch(MonitoredProcess process)
{
    // Reading stat visits every thread of the process, so not at each sample.
    const long PeriodNs = 20_000_000;

    long _nextNs = long.MinValue;

    /// <summary>Looks, at most every 20 ms, and tells the process what it saw.</summary>
    /// <returns>Whether the address space is another one than at the last look.</returns>
    internal bool Look(long nowNs)
    {
        if (nowNs < _nextNs)
        {
            return false;
        }

        _nextNs = nowNs + PeriodNs;
        if (!process.Proc.TryReadStat(process.Folder, out ProcessStat stat) || stat.AddressSpace == 0)
        {
            return false;
        }

        ulong before = process.AddressSpace;
        process.SawAddressSpace(stat.AddressSpace);
        return before != 0 && before != stat.AddressSpace;
    }
}
