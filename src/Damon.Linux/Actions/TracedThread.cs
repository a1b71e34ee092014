using System.Diagnostics;
using System.Runtime.InteropServices;
using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damon.Linux.Actions;

/// <summary>A thread of another process that this thread traces: stops, registers, signal mask.</summary>
/// <remarks>No <c>wait</c> is used, which would take the end of a child from those who wait for it.</remarks>
sealed unsafe class TracedThread
{
    // A system call's stop has to be told from a SIGTRAP: when the tracer ends in such a stop, the kernel sends the thread the signal of that number,
    // and with this option there is none.
    const int Options = LibC.PTRACE_O_TRACESYSGOOD;
    const int SystemCallStop = LibC.SIGTRAP | 0x80;
    const int SignalInfoSize = 128;
    const int SignalCodeOffset = 8;
    const int MaxSignalsPassedOn = 64;
    static readonly TimeSpan s_stopLimit = TimeSpan.FromMilliseconds(500);

    readonly int _tid;

    TracedThread(int tid) => _tid = tid;

    /// <summary>Whether a SIGSTOP was kept from it, which is to be sent again: it is the only signal of all that cannot be held off.</summary>
    internal bool WasStopSignalled { get; private set; }

    /// <summary>Begins to trace a thread, which goes on meanwhile.</summary>
    /// <returns>Null when that is refused.</returns>
    internal static TracedThread? Seize(int tid, out Errno error)
    {
        bool isSeized = LibC.ptrace(LibC.PTRACE_SEIZE, tid, 0, Options) == 0;
        error = isSeized ? Errno.None : ErrnoExtensions.Last();
        return isSeized ? new TracedThread(tid) : null;
    }

    /// <summary>Stops the thread on its way back from the kernel, where an interrupted system call can start again.</summary>
    /// <returns>Why not.</returns>
    internal string? Stop()
    {
        if (LibC.ptrace(LibC.PTRACE_INTERRUPT, _tid, 0, 0) != 0)
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
                return signal == LibC.SIGTRAP ? null : "it is stopped by a signal";
            }

            // A signal was on its way before: it is delivered, and the stop asked for comes after it.
            _ = LibC.ptrace(LibC.PTRACE_CONT, _tid, 0, signal);
        }

        return "too many signals come in";
    }

    /// <summary>Stops the thread there once more, when signals are held off.</summary>
    /// <returns>False when it has ended.</returns>
    internal bool StopAgain() =>
        LibC.ptrace(LibC.PTRACE_INTERRUPT, _tid, 0, 0) == 0 && Run(LibC.PTRACE_CONT, (_, code) => code >> 8 == LibC.PTRACE_EVENT_STOP);

    /// <summary>Runs the thread to where it enters a system call, or comes back from it.</summary>
    /// <returns>False when it has ended.</returns>
    internal bool RunToSystemCall() => Run(LibC.PTRACE_SYSCALL, (signal, code) => signal == LibC.SIGTRAP && code == SystemCallStop);

    /// <summary>Ends the tracing. The thread goes on.</summary>
    internal void LetGo() => _ = LibC.ptrace(LibC.PTRACE_DETACH, _tid, 0, 0);

    /// <summary>Reads its registers.</summary>
    /// <returns>False when it has ended, or is a thread of a 32-bit program.</returns>
    internal bool GetRegisters(out LibC.user_regs_struct registers)
    {
        fixed (LibC.user_regs_struct* p = &registers)
        {
            LibC.iovec vector = new() { iov_base = (ulong)p, iov_len = (ulong)sizeof(LibC.user_regs_struct) };

            // For a 32-bit program the kernel gives fewer and narrower ones.
            return LibC.ptrace(LibC.PTRACE_GETREGSET, _tid, LibC.NT_PRSTATUS, (nint)(&vector)) == 0 && vector.iov_len == (ulong)sizeof(LibC.user_regs_struct);
        }
    }

    /// <summary>Sets its registers, all at once.</summary>
    internal bool SetRegisters(LibC.user_regs_struct registers)
    {
        LibC.iovec vector = new() { iov_base = (ulong)(&registers), iov_len = (ulong)sizeof(LibC.user_regs_struct) };
        return LibC.ptrace(LibC.PTRACE_SETREGSET, _tid, LibC.NT_PRSTATUS, (nint)(&vector)) == 0;
    }

    /// <summary>Reads the mask of held-off signals: the one that a system call like sigsuspend puts back, if the thread is in one.</summary>
    internal bool GetSignalMask(out ulong mask)
    {
        fixed (ulong* p = &mask)
        {
            return LibC.ptrace(LibC.PTRACE_GETSIGMASK, _tid, sizeof(ulong), (nint)p) == 0;
        }
    }

    /// <summary>Sets the mask of held-off signals.</summary>
    internal bool SetSignalMask(ulong mask) => LibC.ptrace(LibC.PTRACE_SETSIGMASK, _tid, sizeof(ulong), (nint)(&mask)) == 0;

    /// <summary>Writes memory, even where the process itself may not.</summary>
    /// <param name="address">Where.</param>
    /// <param name="bytes">Whole words.</param>
    internal bool Write(ulong address, ReadOnlySpan<byte> bytes)
    {
        bool isWritten = true;
        foreach (long word in MemoryMarshal.Cast<byte, long>(bytes))
        {
            isWritten &= LibC.ptrace(LibC.PTRACE_POKEDATA, _tid, (nint)address, (nint)word) == 0;
            address += sizeof(long);
        }

        return isWritten;
    }

    /// <summary>Where the C library keeps what the thread's restartable sequences are told by, or 0.</summary>
    internal ulong RestartableSequences()
    {
        LibC.ptrace_rseq_configuration configuration;
        nint got = LibC.ptrace(LibC.PTRACE_GET_RSEQ_CONFIGURATION, _tid, sizeof(LibC.ptrace_rseq_configuration), (nint)(&configuration));
        return got > 0 ? configuration.rseq_abi_pointer : 0;
    }

    /// <summary>Whether the program takes system calls of this thread as signals, as emulators do. Kernels before 6.4 do not tell.</summary>
    internal bool DispatchesSystemCalls()
    {
        LibC.ptrace_sud_config configuration;
        nint failed = LibC.ptrace(LibC.PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG, _tid, sizeof(LibC.ptrace_sud_config), (nint)(&configuration));
        return failed == 0 && configuration.mode != 0;
    }

    /// <returns>False when it has ended.</returns>
    bool Run(int request, Func<int, int, bool> isWanted)
    {
        while (LibC.ptrace(request, _tid, 0, 0) == 0)
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
            WasStopSignalled |= signal == LibC.SIGSTOP && code >> 8 != LibC.PTRACE_EVENT_STOP;
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
            if (LibC.ptrace(LibC.PTRACE_GETSIGINFO, _tid, 0, (nint)info) == 0)
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
        !new ProcFileSystem().TryReadStat(_tid, out ProcessStat stat) || stat.IsZombie;
}
