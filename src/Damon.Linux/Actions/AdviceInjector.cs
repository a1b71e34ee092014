using System.Buffers.Binary;
using System.Diagnostics;
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
/// The thread is stopped in the system call it waits in, or wherever it is, executes a <c>syscall</c> instruction that its program has
/// anyway, and gets its registers back, so that an interrupted system call starts again unnoticed. Signals are held off meanwhile. All
/// is done by a thread of its own: whatever goes wrong, the kernel lets go of the other process when that thread ends. No <c>wait</c>
/// is used, which would take the end of a child from those who wait for it.
/// </remarks>
internal static unsafe class AdviceInjector
{
    const ulong SystemCallSize = 2;
    const ulong MadviseNumber = 28;
    const ulong NoSystemCall = ulong.MaxValue;
    const ulong SixtyFourBitSegment = 0x33;
    const int SignalInfoSize = 128;
    const int SignalCodeOffset = 8;
    const int SystemCallStop = LibC.SIGTRAP | 0x80;

    // glibc's and the kernel's struct rseq: cpu_id_start, cpu_id, then the address of the critical section.
    const ulong CriticalSectionOffset = 8;

    const int MaxThreadsTried = 16;
    const int MaxSignalsPassedOn = 64;
    const int ScanChunk = 64 << 10;
    const int MaxScanned = 16 << 20;
    static readonly TimeSpan s_stopLimit = TimeSpan.FromMilliseconds(500);

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
    internal static InjectionResult Advise(MonitoredProcess process, ReadOnlySpan<AddressRange> pieces, int advice, int? onlyThread = null)
    {
        AddressRange[] all = pieces.ToArray();
        InjectionResult result = default;
        Thread thread = new(() => result = AdviseAsTracer(process, all, advice, onlyThread), 256 << 10) { IsBackground = false, Name = "ptrace" };
        thread.Start();
        thread.Join();
        return result;
    }

    /// <summary>The address of a <c>syscall</c> instruction in a program, or null. It may be the middle of others: nothing behind it is executed.</summary>
    internal static ulong? FindInstruction(int memory, ReadOnlySpan<Mapping> mappings)
    {
        // The kernel's own page of code is small and in nearly every process.
        foreach (Mapping mapping in mappings)
        {
            if (mapping.Name == "[vdso]" && Scan(memory, mapping.Range, MaxScanned, out _) is { } found)
            {
                return found;
            }
        }

        ulong left = MaxScanned;
        foreach (Mapping mapping in mappings)
        {
            if ((mapping.Traits & MappingTraits.Execute) == 0)
            {
                continue;
            }

            if (Scan(memory, mapping.Range, left, out ulong scanned) is { } found)
            {
                return found;
            }

            left -= Math.Min(left, scanned);
        }

        return null;
    }

    static ulong? Scan(int memory, AddressRange range, ulong limit, out ulong scanned)
    {
        byte[] buffer = new byte[ScanChunk];
        ulong end = range.Start + Math.Min(range.Size, limit);
        scanned = end - range.Start;
        for (ulong at = range.Start; at + SystemCallSize <= end;)
        {
            int got = Read(memory, at, buffer.AsSpan(0, (int)Math.Min((ulong)ScanChunk, end - at)));
            if (got < (int)SystemCallSize)
            {
                return null;
            }

            int found = buffer.AsSpan(0, got).IndexOf((ReadOnlySpan<byte>)[0x0f, 0x05]);
            if (found >= 0)
            {
                return at + (ulong)found;
            }

            // The last byte may be the first of the two.
            at += (ulong)got - 1;
        }

        return null;
    }

    static int Read(int memory, ulong address, Span<byte> bytes)
    {
        if (address > long.MaxValue)
        {
            return 0;
        }

        fixed (byte* p = bytes)
        {
            return (int)Math.Max(LibC.pread(memory, p, (nuint)bytes.Length, (long)address), 0);
        }
    }

    static InjectionResult AdviseAsTracer(MonitoredProcess process, AddressRange[] pieces, int advice, int? onlyThread)
    {
        int memory = LibC.open($"{process.Folder}/mem", LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (memory < 0)
        {
            return new InjectionResult(0, $"its memory may not be read: {ErrnoExtensions.Last().ToText()}; run as root");
        }

        try
        {
            if (!process.IsAlive())
            {
                return default;
            }

            if (FindInstruction(memory, process.Mappings.Mappings) is not { } instruction)
            {
                return new InjectionResult(0, "no code was found in it that makes system calls");
            }

            return AdviseByOneOf(onlyThread is { } thread ? [thread] : ThreadsToTry(process), process, memory, instruction, pieces, advice);
        }
        finally
        {
            _ = LibC.close(memory);
        }
    }

    /// <summary>Those who wait come first: they lose the least time.</summary>
    static IEnumerable<int> ThreadsToTry(MonitoredProcess process)
    {
        List<(int Rank, int Tid)> threads = [];
        foreach (int tid in process.Proc.Threads(process.Pid))
        {
            if (process.Proc.TryReadStat(string.Create(CultureInfo.InvariantCulture, $"{process.Proc.Root}/{process.Pid}/task/{tid}"), out ProcessStat stat) && !stat.IsZombie)
            {
                threads.Add((stat.State switch { 'S' => 0, 'R' => 1, _ => 2 }, tid));
            }
        }

        return threads.OrderBy(t => t.Rank).Take(MaxThreadsTried).Select(t => t.Tid);
    }

    static InjectionResult AdviseByOneOf(IEnumerable<int> threads, MonitoredProcess process, int memory, ulong instruction, AddressRange[] pieces, int advice)
    {
        string? refusal = null;
        foreach (int tid in threads)
        {
            refusal = Obstacle(process, tid);
            if (refusal is not null)
            {
                continue;
            }

            if (LibC.ptrace(LibC.PTRACE_SEIZE, tid, 0, LibC.PTRACE_O_TRACESYSGOOD) != 0)
            {
                Errno error = ErrnoExtensions.Last();
                refusal = error == Errno.ESRCH ? null : $"ptrace is refused: {error.ToText()}; it needs CAP_SYS_PTRACE or a process of one's own, and no other tracer";
                continue;
            }

            // The number could have passed to a thread of another process just before; it cannot any more.
            if (!process.IsAlive() || !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"{process.Proc.Root}/{process.Pid}/task/{tid}")))
            {
                LetGo(tid);
                return default;
            }

            Injection injection = new(tid);
            refusal = injection.Stop(memory);
            if (refusal is null)
            {
                ulong advised = injection.Call(instruction, pieces, advice, out refusal);
                injection.Release(process);
                return new InjectionResult(advised, refusal);
            }
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

    static void LetGo(int tid) => _ = LibC.ptrace(LibC.PTRACE_DETACH, tid, 0, 0);

    /// <summary>A seized thread.</summary>
    sealed class Injection(int tid)
    {
        LibC.user_regs_struct _saved;
        ulong _signalMask;
        bool _wasStopSignalled;

        /// <summary>Stops the thread where calls can be made.</summary>
        /// <returns>Why not; the thread is let go then.</returns>
        internal string? Stop(int memory)
        {
            if (LibC.ptrace(LibC.PTRACE_INTERRUPT, tid, 0, 0) != 0)
            {
                return "the thread has ended";
            }

            for (int i = 0; i < MaxSignalsPassedOn; i++)
            {
                if (!WaitForStop(s_stopLimit, out int signal, out int code))
                {
                    // It sleeps where nothing wakes it. The end of our thread lets it go.
                    return "the thread does not stop";
                }

                if (code >> 8 == LibC.PTRACE_EVENT_STOP)
                {
                    string? refusal = signal == LibC.SIGTRAP ? Save(memory) : "it is stopped by a signal";
                    if (refusal is not null)
                    {
                        LetGo(tid);
                    }

                    return refusal;
                }

                // A signal was on its way before: it is delivered, and the stop asked for comes after it.
                _ = LibC.ptrace(LibC.PTRACE_CONT, tid, 0, signal);
            }

            return "too many signals come in";
        }

        /// <summary>Calls madvise for each piece.</summary>
        internal ulong Call(ulong instruction, AddressRange[] pieces, int advice, out string? refusal)
        {
            refusal = null;
            ulong advised = 0;
            foreach (AddressRange piece in pieces)
            {
                LibC.user_regs_struct registers = _saved;
                registers.rip = instruction;
                registers.rax = MadviseNumber;
                registers.orig_rax = NoSystemCall;
                registers.rdi = piece.Start;
                registers.rsi = piece.Size;
                registers.rdx = (ulong)advice;

                // The first stop is before the system call, the second behind it.
                if (!SetRegisters(registers) || !RunToSystemCallStop() || !RunToSystemCallStop() || !GetRegisters(out registers))
                {
                    return advised;
                }

                Errno error = (Errno)(-(long)registers.rax);
                switch (error)
                {
                    case Errno.None:
                        advised += piece.Size;
                        break;
                    case Errno.ENOMEM:
                        // Unmapped meanwhile.
                        break;
                    default:
                        refusal = $"its madvise failed: {error.ToText()}";
                        break;
                }
            }

            return advised;
        }

        /// <summary>Puts everything back and lets the thread go.</summary>
        internal void Release(MonitoredProcess process)
        {
            // An interrupted system call starts again only on the way out of a stop like the one it was interrupted by.
            if (LibC.ptrace(LibC.PTRACE_INTERRUPT, tid, 0, 0) == 0)
            {
                _ = Run(LibC.PTRACE_CONT, (_, code) => code >> 8 == LibC.PTRACE_EVENT_STOP);
            }

            _ = SetRegisters(_saved);
            SetMask(_signalMask);
            LetGo(tid);
            if (_wasStopSignalled)
            {
                _ = process.Handle.Signal(LibC.SIGSTOP);
            }
        }

        string? Save(int memory)
        {
            if (!GetRegisters(out _saved) || _saved.cs != SixtyFourBitSegment)
            {
                return "it is a 32-bit program";
            }

            if (IsInCriticalSection(memory))
            {
                return "it was in a restartable sequence at each attempt";
            }

            fixed (ulong* mask = &_signalMask)
            {
                if (LibC.ptrace(LibC.PTRACE_GETSIGMASK, tid, sizeof(ulong), (nint)mask) != 0)
                {
                    return $"its signals cannot be held off: {ErrnoExtensions.Last().ToText()}";
                }
            }

            SetMask(ulong.MaxValue);
            return null;
        }

        /// <summary>Such a section has to start over when its thread is moved to other code, which the kernel would then not notice.</summary>
        bool IsInCriticalSection(int memory)
        {
            LibC.ptrace_rseq_configuration configuration;
            Span<byte> section = stackalloc byte[sizeof(ulong)];
            return LibC.ptrace(LibC.PTRACE_GET_RSEQ_CONFIGURATION, tid, sizeof(LibC.ptrace_rseq_configuration), (nint)(&configuration)) > 0
                && configuration.rseq_abi_pointer != 0
                && (Read(memory, configuration.rseq_abi_pointer + CriticalSectionOffset, section) != sizeof(ulong)
                    || BinaryPrimitives.ReadUInt64LittleEndian(section) != 0);
        }

        bool RunToSystemCallStop() => Run(LibC.PTRACE_SYSCALL, (signal, code) => signal == LibC.SIGTRAP && code == SystemCallStop);

        /// <returns>False when the thread has ended.</returns>
        bool Run(int request, Func<int, int, bool> isWanted)
        {
            while (LibC.ptrace(request, tid, 0, 0) == 0)
            {
                // From here on there is no giving up: the thread has registers that are not its own.
                if (!WaitForStop(Timeout.InfiniteTimeSpan, out int signal, out int code))
                {
                    return false;
                }

                if (isWanted(signal, code))
                {
                    return true;
                }

                // Only SIGSTOP is not held off. It is sent again afterwards.
                _wasStopSignalled |= signal == LibC.SIGSTOP && code >> 8 != LibC.PTRACE_EVENT_STOP;
            }

            return false;
        }

        bool WaitForStop(TimeSpan limit, out int signal, out int code)
        {
            const int SpinsBeforeSleep = 200;
            byte* info = stackalloc byte[SignalInfoSize];
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; ; i++)
            {
                if (LibC.ptrace(LibC.PTRACE_GETSIGINFO, tid, 0, (nint)info) == 0)
                {
                    signal = *(int*)info;
                    code = *(int*)(info + SignalCodeOffset);
                    return true;
                }

                bool isEnd = ErrnoExtensions.Last() != Errno.ESRCH || (i % SpinsBeforeSleep == SpinsBeforeSleep - 1 && HasEnded());
                if (isEnd || (limit != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(start) > limit))
                {
                    signal = code = 0;
                    return false;
                }

                if (i < SpinsBeforeSleep)
                {
                    _ = LibC.sched_yield();
                }
                else
                {
                    LibC.timespec pause = new() { tv_nsec = 50_000 };
                    _ = LibC.clock_nanosleep(LibC.CLOCK_MONOTONIC, 0, &pause, null);
                }
            }
        }

        /// <summary>Whether the thread is gone, or a zombie that only waits for its tracer: us.</summary>
        bool HasEnded() =>
            !new ProcFileSystem().TryReadStat(string.Create(CultureInfo.InvariantCulture, $"/proc/{tid}"), out ProcessStat stat) || stat.IsZombie;

        bool GetRegisters(out LibC.user_regs_struct registers)
        {
            fixed (LibC.user_regs_struct* p = &registers)
            {
                LibC.iovec vector = new() { iov_base = (ulong)p, iov_len = (ulong)sizeof(LibC.user_regs_struct) };

                // For a 32-bit program the kernel gives fewer and narrower ones.
                return LibC.ptrace(LibC.PTRACE_GETREGSET, tid, LibC.NT_PRSTATUS, (nint)(&vector)) == 0 && vector.iov_len == (ulong)sizeof(LibC.user_regs_struct);
            }
        }

        bool SetRegisters(LibC.user_regs_struct registers)
        {
            LibC.iovec vector = new() { iov_base = (ulong)(&registers), iov_len = (ulong)sizeof(LibC.user_regs_struct) };
            return LibC.ptrace(LibC.PTRACE_SETREGSET, tid, LibC.NT_PRSTATUS, (nint)(&vector)) == 0;
        }

        void SetMask(ulong mask) => _ = LibC.ptrace(LibC.PTRACE_SETSIGMASK, tid, sizeof(ulong), (nint)(&mask));
    }
}
