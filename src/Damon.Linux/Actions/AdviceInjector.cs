using System.Globalization;
using System.Runtime.InteropServices;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>
/// Has a thread of another process call <c>madvise</c> itself, by ptrace: for advice that the kernel takes from no other process. Only
/// on x86-64 and for 64-bit programs.
/// </summary>
/// <remarks>
/// The thread is stopped in the system call it waits in, or wherever it is, makes the call in code that is put after the end of its program's
/// (<see cref="CodePadding"/>), and gets its registers back, so that an interrupted system call starts again unnoticed. Signals are held off meanwhile. All
/// is done by a thread of its own: whatever goes wrong, the kernel lets go of the other process when that thread ends, and the code
/// brings the other thread back (<see cref="Injection"/>).
/// </remarks>
static class AdviceInjector
{
    const int MaxThreadsTried = 16;

    /// <summary>Why this cannot work on this machine, whatever the process; null when it may.</summary>
    internal static string? Refusal(ProcFileSystem proc)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return "injecting system calls is implemented for x86-64 only";
        }

        return proc.TryRead($"{proc.Root}/sys/kernel/yama/ptrace_scope", out ReadOnlySpan<byte> text, out _) && text.StartsWith("3"u8)
            ? "kernel.yama.ptrace_scope is 3, which forbids ptrace until the next start of the machine"
            : null;
    }

    /// <summary>Has the process advise on memory.</summary>
    /// <param name="process">The process.</param>
    /// <param name="pieces">Mapped memory, whole pages.</param>
    /// <param name="advice">One of the <c>MADV_</c> values.</param>
    /// <param name="onlyThread">The thread to have do it; null is whichever is best.</param>
    /// <param name="onStep">Told of each step by the tracing thread; for tests.</param>
    internal static InjectionResult Advise(
        MonitoredProcess process, ReadOnlySpan<AddressRange> pieces, int advice, int? onlyThread = null, Action<InjectionStep>? onStep = null)
    {
        AddressRange[] all = pieces.ToArray();
        InjectionResult result = default;
        Thread thread = new(() => result = AdviseAsTracer(process, all, advice, onlyThread, onStep), 256 << 10) { IsBackground = false, Name = "ptrace" };
        thread.Start();
        thread.Join();
        return result;
    }

    static InjectionResult AdviseAsTracer(MonitoredProcess process, AddressRange[] pieces, int advice, int? onlyThread, Action<InjectionStep>? onStep)
    {
        int memory = LibC.open($"{process.Folder}/mem", LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (memory < 0)
        {
            return new InjectionResult(0, $"its memory may not be read: {ErrnoExtensions.Last().ToText()}; run as root");
        }

        // Another run of this program may be at it, by another thread, and two would write to the same place. Who is killed unlocks.
        string path = string.Create(CultureInfo.InvariantCulture, $"{process.Proc.Root}/{process.Pid}");
        int folder = LibC.open(path, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        try
        {
            if (!process.IsAlive())
            {
                return default;
            }

            if (folder < 0 || LibC.flock_file(folder, LibC.LOCK_EX | LibC.LOCK_NB) != 0)
            {
                return new InjectionResult(0, $"no system call can be injected while another program does that: {ErrnoExtensions.Last().ToText()}");
            }

            // What was code at the last update may be data now.
            MappingTable mappings = new();
            if (!process.Proc.TryReadMappings(process.Folder, mappings, out string? fault))
            {
                return new InjectionResult(0, $"its mappings cannot be read: {fault}");
            }

            if (CodePadding.Find(memory, mappings.Mappings, InjectedCode.Size) is not { } code)
            {
                return new InjectionResult(0, "no room was found behind the end of its code; without it, the end of this program would end the other");
            }

            return AdviseByOneOf(
                onlyThread is { } thread ? [thread] : ThreadsToTry(process), process, traced => new Injection(traced, memory, code, onStep), pieces, advice);
        }
        finally
        {
            _ = LibC.close(memory);
            if (folder >= 0)
            {
                _ = LibC.close(folder);
            }
        }
    }

    /// <summary>Waiting threads come first: they lose the least time.</summary>
    static IEnumerable<int> ThreadsToTry(MonitoredProcess process)
    {
        List<(int Rank, int Tid)> threads = [];
        foreach (int tid in process.Proc.Threads(process.Pid))
        {
            if (process.Proc.TryReadStat(string.Create(CultureInfo.InvariantCulture, $"{process.Proc.Root}/{process.Pid}/task/{tid}"), out ProcessStat stat)
                && !stat.IsZombie)
            {
                threads.Add((stat.State switch { 'S' => 0, 'R' => 1, _ => 2 }, tid));
            }
        }

        return threads.OrderBy(t => t.Rank).Take(MaxThreadsTried).Select(t => t.Tid);
    }

    static InjectionResult AdviseByOneOf(
        IEnumerable<int> threads, MonitoredProcess process, Func<TracedThread, Injection> make, AddressRange[] pieces, int advice)
    {
        string? refusal = null;
        foreach (int tid in threads)
        {
            refusal = Obstacle(process, tid);
            if (refusal is not null)
            {
                continue;
            }

            if (TracedThread.Seize(tid, out Errno error) is not { } thread)
            {
                refusal = error == Errno.ESRCH
                    ? null
                    : $"ptrace is refused: {error.ToText()}; it needs CAP_SYS_PTRACE or a process of one's own, and no other tracer";
                continue;
            }

            // The number could have passed to a thread of another process just before; it cannot any more.
            if (!process.IsAlive() || !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"{process.Proc.Root}/{process.Pid}/task/{tid}")))
            {
                thread.LetGo();
                return default;
            }

            Injection injection = make(thread);
            refusal = injection.Begin();
            if (refusal is null)
            {
                ulong advised = injection.Call(pieces, advice, out refusal);
                injection.End(process);
                return new InjectionResult(advised, refusal);
            }

            thread.LetGo();
        }

        return process.IsAlive() ? new InjectionResult(0, refusal) : default;
    }

    static string? Obstacle(MonitoredProcess process, int tid)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"{process.Proc.Root}/{process.Pid}/task/{tid}/status");
        if (!process.Proc.TryRead(path, out ReadOnlySpan<byte> status, out Errno error))
        {
            return $"its status cannot be read: {error.ToText()}";
        }

        return StatusObstacle(status);
    }

    /// <summary>What /proc/PID/status says against injecting, or null.</summary>
    internal static string? StatusObstacle(ReadOnlySpan<byte> status)
    {
        if (ValueOf(status, "\nSeccomp:\t"u8) is not "0")
        {
            return "it has a seccomp filter, which might end it for a system call that is not its own";
        }

        return ValueOf(status, "\nTracerPid:\t"u8) is not "0" ? "another process traces it already" : null;
    }

    static string? ValueOf(ReadOnlySpan<byte> status, ReadOnlySpan<byte> name)
    {
        int at = status.IndexOf(name);
        if (at < 0)
        {
            // Kernels without the feature do not have the line.
            return "0";
        }

        ReadOnlySpan<byte> value = status[(at + name.Length)..];
        int end = value.IndexOf((byte)'\n');
        return System.Text.Encoding.ASCII.GetString(end < 0 ? value : value[..end]);
    }
}
