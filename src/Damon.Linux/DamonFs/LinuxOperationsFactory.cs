using System.Buffers.Text;
using System.Globalization;
using Damon.Linux.AccessChecks;
using Damon.Linux.Engine;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.DamonFs;

/// <summary>Monitors the processes and the memory of this system.</summary>
/// <param name="accessCheck">The access check to use; null for the best that works.</param>
/// <param name="proc">Where to read of those who call; null for this system's.</param>
sealed class LinuxOperationsFactory(AccessCheckKind? accessCheck = null, ProcFileSystem? proc = null) : IDamonFsOperationsFactory
{
    readonly ProcFileSystem _proc = proc ?? new ProcFileSystem();

    /// <inheritdoc/>
    public bool KnowsPhysical => true;

    /// <inheritdoc/>
    public IDamonFsProcess? FindProcess(int pid) => PidFd.Open(pid, out _) is { } handle ? new LinuxProcess(pid, handle) : null;

    /// <inheritdoc/>
    public int? PidOfDescriptor(int callerPid, int descriptor)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"{_proc.Root}/{callerPid}/fdinfo/{descriptor}");
        ReadOnlySpan<byte> name = "\nPid:"u8;
        if (!_proc.TryRead(path, out ReadOnlySpan<byte> text, out _) || text.IndexOf(name) is not (>= 0 and int at))
        {
            return null;
        }

        return Utf8Parser.TryParse(text[(at + name.Length)..].TrimStart("\t "u8), out int pid, out _) ? pid : null;
    }

    /// <inheritdoc/>
    public EngineRun Create(AddressSpace addressSpace, MonitoringAttributes attributes, ulong seed)
    {
        try
        {
            return EngineRun.Create(addressSpace, attributes, new EngineOptions { AccessCheck = accessCheck, Seed = seed, KeepsGivenRegions = false });
        }
        catch (TargetOpenException e)
        {
            throw new DamonFsException(Errno.EOPNOTSUPP, e.Message);
        }
    }
}
