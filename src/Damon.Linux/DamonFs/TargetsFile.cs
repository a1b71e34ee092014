using System.Globalization;
using System.Text;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.DamonFs;

/// <summary><c>pids</c> or <c>target_ids</c>: the processes to monitor, or <c>paddr</c>.</summary>
sealed class TargetsFile(DamonFileSystem fileSystem, DamonFsContext context) : ContextFile(fileSystem.Era.TargetsFile, fileSystem, context)
{
    /// <summary>Most pids that are taken; what follows does not count.</summary>
    internal const int MaxTargets = 32;

    /// <summary>The kernel writes the ids into a buffer of this size, a NUL included.</summary>
    const int BufferSize = 320;

    static ReadOnlySpan<byte> Physical => "paddr\n"u8;

    static ReadOnlySpan<byte> PidFds => "pidfd "u8;

    /// <inheritdoc/>
    internal override byte[] Read(DamonFsCaller caller, CancellationToken token)
    {
        StringBuilder text = new();
        lock (FileSystem.Gate)
        {
            Context.ThrowIfRemoved();
            foreach (DamonFsTarget target in Context.Targets)
            {
                bool isShown = Context.AddressSpace == AddressSpace.Physical || Era.ShowsUnknownPids || target.Process is not null;
                text.Append(CultureInfo.InvariantCulture, $"{(isShown ? target.Number : 0)} ");
            }
        }

        // The end of the line takes the place of the last blank, or of whatever came last before the buffer was full.
        text.Length = Math.Min(text.Length, BufferSize - 1);
        text.Length = Math.Max(text.Length - 1, 0);
        return Encoding.ASCII.GetBytes(text.Append('\n').ToString());
    }

    /// <inheritdoc/>
    /// <remarks>A refused write changes nothing, but for a kernel without paddr, which then has no targets.</remarks>
    internal override void Write(ReadOnlySpan<byte> data, DamonFsCaller caller, CancellationToken token)
    {
        // Nothing at all is taken for an empty list, though the kernel's comparison of 0 bytes would find paddr.
        bool isPhysical = !data.IsEmpty && KernelScanner.IsWord(data, Physical, data.Length);
        List<DamonFsTarget> targets = isPhysical ? [new DamonFsTarget(Era.PhysicalId, null)] : FindTargets(ParseNumbers(data, caller), caller);
        try
        {
            lock (FileSystem.Gate)
            {
                Context.ThrowIfNotChangeable(Era.BusyTargets);
                if (isPhysical && !FileSystem.Factory.KnowsPhysical)
                {
                    Context.ClearTargets();
                    throw new DamonFsException(Errno.EINVAL, "the physical address space cannot be monitored here");
                }

                Context.SetTargets(isPhysical ? AddressSpace.Physical : AddressSpace.Virtual, targets);
            }
        }
        catch
        {
            Dispose(targets);
            throw;
        }
    }

    List<int> ParseNumbers(ReadOnlySpan<byte> data, DamonFsCaller caller)
    {
        bool arePidFds = Era.TakesPidFds && data.StartsWith(PidFds);
        KernelScanner scanner = new(arePidFds ? data[PidFds.Length..] : data);
        List<int> numbers = [];
        while (numbers.Count < MaxTargets && TryNumber(ref scanner, out int number))
        {
            numbers.Add(!arePidFds ? number : FileSystem.Factory.PidOfDescriptor(caller.Pid, number) ?? throw new DamonFsException(Errno.EINVAL));
        }

        return numbers;
    }

    bool TryNumber(ref KernelScanner scanner, out int number)
    {
        if (Era.HasSignedIds)
        {
            return scanner.TryInt32(out number);
        }

        bool found = scanner.TryUInt64(out ulong wide);
        number = unchecked((int)wide);
        return found;
    }

    /// <summary>Finds the processes, each for as long as it stays a target.</summary>
    List<DamonFsTarget> FindTargets(List<int> numbers, DamonFsCaller caller)
    {
        List<DamonFsTarget> targets = [];
        try
        {
            foreach (int number in numbers)
            {
                IDamonFsProcess? process = FileSystem.Factory.FindProcess(number);
                targets.Add(new DamonFsTarget(number, process));
                if (process is null && Era.UnknownPid != Errno.None)
                {
                    throw new DamonFsException(Era.UnknownPid);
                }

                // The kernel lets only root get here. Whom a mount lets in beside it gets what is its own.
                if (process is not null && caller.UserId != 0 && process.UserId != caller.UserId)
                {
                    throw new DamonFsException(Errno.EPERM);
                }
            }

            return targets;
        }
        catch
        {
            Dispose(targets);
            throw;
        }
    }

    static void Dispose(List<DamonFsTarget> targets)
    {
        foreach (DamonFsTarget target in targets)
        {
            target.Dispose();
        }
    }
}
