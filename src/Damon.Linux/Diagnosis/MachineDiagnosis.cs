using System.Globalization;
using System.Runtime.InteropServices;
using Damon.Linux.AccessChecks;
using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.Machine;
using Damon.Linux.Memory;
using Damon.Linux.Processes;

namespace Damon.Linux.Diagnosis;

/// <summary>Looks at what this machine can do, by trying it on this process's own pages. Changes nothing.</summary>
/// <param name="procRoot">Usually <c>/proc</c>.</param>
/// <param name="sysRoot">Usually <c>/sys</c>; only read.</param>
/// <param name="notes">Where this program notes what it has taken of the kernel's DAMON; only read.</param>
/// <param name="program">The file that capabilities would be given to; null where it is not known.</param>
sealed class MachineDiagnosis(string procRoot = "/proc", string sysRoot = "/sys", string notes = OwnershipNotes.UsualFolder, string? program = null)
{
    /// <summary>What the kernel calls the one that everything begins in.</summary>
    const string InitialUserNamespace = "user:[4026531837]";


    const string ThisMachine = "machine";
    const string AccessChecks = "access checks";
    const string PhysicalMemory = "physical memory (paddr)";
    const string PageTable = "page-table in detail";
    const string Targets = "targets";
    const string KernelDamon = "the kernel's own DAMON";

    static readonly (int Bit, string Name, string For)[] s_capabilities =
    [
        (19, "CAP_SYS_PTRACE", "processes of other users"),
        (21, "CAP_SYS_ADMIN", "frame numbers, once at the start"),
        (23, "CAP_SYS_NICE", "advice to other processes"),
        (38, "CAP_PERFMON", "BPF programs that read memory"),
        (39, "CAP_BPF", "BPF programs"),
    ];

    /// <summary>Everything there is to say, in the order in which to print it.</summary>
    public IReadOnlyList<Finding> Run()
    {
        List<Finding> findings = [];
        foreach ((string group, Action<List<Finding>> add) in ((string, Action<List<Finding>>)[])
        [
            (ThisMachine, AddMachine), (AccessChecks, AddAccessChecks), (PhysicalMemory, AddPhysicalMemory), (PageTable, AddPageTableDetails),
            (Targets, AddTargets), (KernelDamon, AddKernelDamon),
        ])
        {
            try
            {
                add(findings);
            }
            catch (Exception e)
            {
                // On unforeseen machines, what the other groups say is wanted most.
                findings.Add(new Finding(group, "could not be looked at", false, e.Message.ReplaceLineEndings(" "), "please report it"));
            }
        }

        return findings;
    }

    void AddMachine(List<Finding> findings)
    {
        findings.Add(
            new Finding(
                ThisMachine,
                "kernel",
                null,
                $"Linux {ReadLine($"{procRoot}/sys/kernel/osrelease") ?? "unknown"}, {RuntimeInformation.ProcessArchitecture}"));
        findings.Add(Capabilities());
    }

    /// <summary>Those that the kernel asks for outside of any user namespace: what it grants within one counts for nothing there.</summary>
    internal Finding Capabilities()
    {
        const string Name = "capabilities";
        if (CapabilitySet("CapEff:") is not { } effective)
        {
            return new Finding(ThisMachine, Name, null, "unknown");
        }

        if (LinkTarget($"{procRoot}/self/ns/user") is { } space && space != InitialUserNamespace)
        {
            return new Finding(
                ThisMachine,
                Name,
                false,
                $"none outside of this user namespace ({space}), whatever counts within it: BPF programs, frame numbers and advice to others are refused",
                "run outside of it, as the machine's root");
        }

        (int Bit, string Name, string For)[] missing = [.. s_capabilities.Where(c => (effective & (1UL << c.Bit)) == 0)];
        if (missing.Length == 0)
        {
            return new Finding(ThisMachine, Name, true, "all that monitoring can use");
        }

        ulong bounding = CapabilitySet("CapBnd:") ?? ulong.MaxValue;
        string[] beyond = [.. missing.Where(c => (bounding & (1UL << c.Bit)) == 0).Select(static c => c.Name)];
        return new Finding(
            ThisMachine,
            Name,
            false,
            "missing: " + string.Join(", ", missing.Select(static c => $"{c.Name} ({c.For})")),
            beyond.Length > 0
                ? $"not even root has {string.Join(", ", beyond)} here; give them to the container "
                    + $"({string.Join(' ', beyond.Select(static c => "--cap-add " + c["CAP_".Length..]))})"
                : $"run as root, or once: {SetCapabilities(program)}");
    }

    /// <summary>The command that gives a program what monitoring can use.</summary>
    internal static string SetCapabilities(string? program)
    {
        string names = string.Join(',', s_capabilities.Select(static c => c.Name.ToLowerInvariant()).Order(StringComparer.Ordinal));
        string path = program is null ? "PROGRAM"
            : program.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_') ? program
            : $"'{program.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        return $"sudo setcap {names}+ep {path}";
    }

    ulong? CapabilitySet(string key) =>
        ulong.TryParse(ReadLine($"{procRoot}/self/status", key), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong set) ? set : null;

    static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static void AddAccessChecks(List<Finding> findings)
    {
        string? best = null;
        foreach (AccessCheckKind kind in Enum.GetValues<AccessCheckKind>())
        {
            try
            {
                using IAccessChecker checker = AccessCheckers.Create(kind);
                best ??= kind.Name();
                findings.Add(
                    new Finding(AccessChecks, kind.Name(), true, $"sees {(checker.IsPerPage ? "single pages" : "whole mappings")}; {checker.Description}"));
            }
            catch (AccessCheckUnavailableException e)
            {
                findings.Add(new Finding(AccessChecks, kind.Name(), false, e.Reason, e.Remedy));
            }
        }

        findings.Add(best is null
            ? new Finding(AccessChecks, "chosen by auto", false, "none works", "see the remedies above")
            : new Finding(AccessChecks, "chosen by auto", true, best));
    }

    void AddPhysicalMemory(List<Finding> findings)
    {
        MemoryMap memory = MemoryMap.Read(procRoot);
        if (memory.Fault is { } fault)
        {
            findings.Add(new Finding(PhysicalMemory, "memory map", false, fault));
            return;
        }

        findings.Add(
            new Finding(
                PhysicalMemory,
                "memory map",
                true,
                string.Create(CultureInfo.InvariantCulture, $"{memory.Ranges.Length} pieces, the biggest {memory.Biggest}")));
        foreach (AccessCheckKind kind in new[] { AccessCheckKind.PageTable, AccessCheckKind.IdlePage })
        {
            try
            {
                using IFrameChecker checker = FrameCheckers.Create(kind, memory);
                findings.Add(new Finding(PhysicalMemory, kind.Name(), true, checker.Description));
            }
            catch (AccessCheckUnavailableException e)
            {
                findings.Add(new Finding(PhysicalMemory, kind.Name(), false, e.Reason, e.Remedy));
            }
        }
    }

    static void AddPageTableDetails(List<Finding> findings)
    {
        foreach (WalkerProgramKind program in new[] { WalkerProgramKind.Syscall, WalkerProgramKind.Iterator })
        {
            foreach (KernelReadKind read in new[] { KernelReadKind.Inline, KernelReadKind.Helper })
            {
                string name =
                    $"{(program == WalkerProgramKind.Syscall ? "syscall program" : "task iterator")}, {(read == KernelReadKind.Inline ? "inline" : "helper")} "
                        + "reads";
                try
                {
                    using PageTableWalker walker = PageTableWalker.Create(program, read);
                    string folios = walker.KnowsFolios
                        ? walker.KnowsMapCounts ? "knows folios and map counts"
                            : walker.KnowsPageMapCounts ? "knows folios, and the map counts of single pages"
                            : "knows folios, not their map counts"
                        : $"does not know folios: {walker.FoliosUnknownBecause}";
                    findings.Add(new Finding(PageTable, name, true, $"{walker.Levels} levels, {folios}"));
                }
                catch (AccessCheckUnavailableException e)
                {
                    findings.Add(new Finding(PageTable, name, false, e.Reason, e.Remedy));
                }
            }
        }
    }

    void AddTargets(List<Finding> findings)
    {
        bool hasChildren = File.Exists($"{procRoot}/self/task/{Environment.ProcessId}/children");
        findings.Add(new Finding(
            Targets,
            "--include-children",
            hasChildren,
            hasChildren ? "/proc tells the children of a process" : "/proc does not tell the children of a process",
            hasChildren ? null : "needs a kernel with CONFIG_PROC_CHILDREN"));
        using PidFd? self = PidFd.Open(Environment.ProcessId, out Native.Errno errno);
        findings.Add(new Finding(
            Targets,
            "processes by pidfd",
            self is not null,
            self is not null ? "a process that ends is noticed at once" : $"pidfd_open fails: {errno}",
            self is not null ? null : "needs kernel 5.3 or later, and a container that allows pidfd_open"));
    }

    /// <summary>Only looks: a kdamond of another program is left alone.</summary>
    void AddKernelDamon(List<Finding> findings)
    {
        string admin = $"{sysRoot}/kernel/mm/damon/admin/kdamonds";
        if (!Directory.Exists(admin))
        {
            findings.Add(
                new Finding(
                    KernelDamon,
                    "sysfs",
                    false,
                    $"no {admin}",
                    "not needed: monitoring works without; else a kernel with CONFIG_DAMON_SYSFS (5.18 and later)"));
            return;
        }

        int count = int.TryParse(ReadLine($"{admin}/nr_kdamonds"), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? Math.Min(number, 1024)
            : 0;
        int running = Enumerable.Range(0, count).Count(i => ReadLine($"{admin}/{i}/state") == "on");
        AddLeftovers(findings);
        findings.Add(new Finding(
            KernelDamon,
            "sysfs",
            true,
            count == 0
                ? "there, and used by nobody"
                : $"there, with {count} kdamond{(count == 1 ? "" : "s")} of somebody else, {running} running: left alone"));
    }

    /// <summary>What runs of this program have of the kernel's DAMON, or left there when they were killed.</summary>
    void AddLeftovers(List<Finding> findings)
    {
        foreach (Leftover left in new Leftovers(new OwnershipNotes(notes, new ProcFileSystem(procRoot))).Look())
        {
            findings.Add(left.State switch
            {
                LeftoverState.InUse => new Finding(KernelDamon, "in use by damo", null, left.Text),
                LeftoverState.Left => new Finding(KernelDamon, "left by damo", false, left.Text, "'damo stop --ours' clears that away"),
                LeftoverState.Unproven => new Finding(KernelDamon, "left by damo?", false, left.Text),
                _ => new Finding(KernelDamon, "left by damo", null, left.Text),
            });
        }
    }

    static string? ReadLine(string path, string? key = null)
    {
        try
        {
            foreach (string line in File.ReadLines(path).Take(1000))
            {
                if (key is null)
                {
                    return line.Trim();
                }

                if (line.StartsWith(key, StringComparison.Ordinal))
                {
                    return line[key.Length..].Trim();
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be read is not known, which is what the caller prints.
        }

        return null;
    }
}
