using System.Globalization;
using Damon.Linux.Actions;
using Damon.Linux.Memory;
using Damon.Linux.Processes;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Tests.Actions;

/// <summary>A process that actions are tried on, and what the kernel tells of its memory.</summary>
sealed class ActionTarget : IDisposable
{
    readonly ProcFileSystem _proc = new();
    readonly VirtualActions _actions;

    public ActionTarget(int pid, bool allowPtrace = false)
    {
        Process = new MonitoredProcess(pid, PidFd.Open(pid, out _)!, _proc);
        _actions = new VirtualActions(_proc, allowPtrace);
        ReadMappings();
    }

    public MonitoredProcess Process { get; }

    public VirtualActions Actions => _actions;

    public void ReadMappings() => Assert.True(_proc.TryReadMappings(Process.Folder, Process.Mappings, out _));

    public SchemeOutcome Apply(SchemeAction action, AddressRange range, params SchemeFilter[] filters) =>
        Apply(new Scheme { Action = action, Filters = filters }, range);

    public SchemeOutcome Apply(Scheme scheme, AddressRange range, bool isAllowed = false)
    {
        Region region = new(range.Start, range.End);
        return _actions.Apply(Process, in region, scheme, isAllowed);
    }

    /// <summary>A value of the mapping that begins at an address, in bytes, as smaps names it.</summary>
    public ulong Smaps(AddressRange range, string name) =>
        ulong.Parse(SmapsLine(range, name).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    public bool HasVmFlag(AddressRange range, string flag) => SmapsLine(range, "VmFlags").Split(' ').Contains(flag);

    /// <summary>Pages that are there, by the page map.</summary>
    public ulong Present(AddressRange range)
    {
        using PageMap map = PageMap.Open(Process, out _)!;
        ulong[] entries = new ulong[range.Size / TargetProcess.Page];
        map.Read(range.Start, entries);
        return (ulong)entries.Count(PageMap.IsPresent) * TargetProcess.Page;
    }

    /// <summary>Runs an action until it has had its effect: pages that were just touched may be out of its reach for a moment.</summary>
    public void ApplyUntil(SchemeAction action, AddressRange range, Func<bool> isDone)
    {
        for (int i = 0; i < 200 && !isDone(); i++)
        {
            Apply(action, range);
            Thread.Sleep(10);
        }

        Assert.True(isDone(), $"{action} had no effect; {string.Join("; ", _actions.Notes)}");
    }

    public void Dispose()
    {
        _actions.Dispose();
        Process.Dispose();
    }

    /// <summary>A line on the mapping that holds the beginning of a range; mappings that are alike are joined.</summary>
    string SmapsLine(AddressRange range, string name)
    {
        bool isMeant = false;
        foreach (string line in File.ReadLines($"/proc/{Process.Pid}/smaps"))
        {
            string[] ends = line.Split(' ')[0].Split('-');
            if (ends.Length == 2
                && ulong.TryParse(ends[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong start)
                && ulong.TryParse(ends[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong end))
            {
                isMeant = start <= range.Start && range.Start < end;
            }
            else if (isMeant && line.StartsWith(name + ":", StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"smaps of {Process.Pid} has no {name} for {range}");
    }
}
