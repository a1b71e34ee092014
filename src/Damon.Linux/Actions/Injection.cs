using System.Buffers.Binary;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>Has a traced thread call <c>madvise</c>, so that it comes home whenever the tracer ends.</summary>
/// <remarks>
/// <see cref="InjectedCode"/> is written before the thread is sent there, which is one change of all its registers, and the registers come back in one.
/// From the one to the other the thread runs into that code when it is let go, which also restores the signal mask: it is therefore changed only
/// while the thread is there. A tracer that is killed leaves the bytes of the code, where no program looks. A SIGSTOP to the process at that very
/// moment may be lost then, and a signal may be handled just before an interrupted call starts again rather than end it.
/// </remarks>
/// <param name="thread">The thread.</param>
/// <param name="memory">A descriptor of the process' memory.</param>
/// <param name="code">Room for the code.</param>
/// <param name="onStep">Told of each step; for tests that end the tracer there.</param>
sealed class Injection(TracedThread thread, int memory, ulong code, Action<InjectionStep>? onStep)
{
    const ulong MadviseNumber = 28;
    const ulong NoSystemCall = ulong.MaxValue;
    const ulong SixtyFourBitSegment = 0x33;
    const ushort SystemCallInstruction = 0x050f;

    // glibc's and the kernel's struct rseq: cpu_id_start, cpu_id, then the address of the critical section.
    const ulong CriticalSectionOffset = 8;

    LibC.user_regs_struct _saved;
    ulong _signalMask;
    bool _isMasked;

    /// <summary>Stops the thread and lays the code down.</summary>
    /// <returns>Why that cannot be done; the thread is to be let go then.</returns>
    internal string? Begin()
    {
        string? refusal = thread.Stop();
        if (refusal is not null)
        {
            return refusal;
        }

        onStep?.Invoke(InjectionStep.Stopped);
        return Save() ?? Lay();
    }

    /// <summary>Calls madvise for each piece.</summary>
    /// <returns>Bytes on which the advice was taken.</returns>
    internal ulong Call(AddressRange[] pieces, int advice, out string? refusal)
    {
        refusal = null;
        ulong advised = 0;
        foreach (AddressRange piece in pieces)
        {
            LibC.user_regs_struct registers = _saved;
            registers.rip = code + InjectedCode.Entry;
            registers.rax = MadviseNumber;
            registers.orig_rax = NoSystemCall;
            registers.rdi = piece.Start;
            registers.rsi = piece.Size;
            registers.rdx = (ulong)advice;
            if (!thread.SetRegisters(registers) || !HoldOffSignals() || !RunThroughCall() || !thread.GetRegisters(out registers))
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
    internal void End(MonitoredProcess process)
    {
        // An interrupted system call starts again only on the way out of a stop like the one it was interrupted by.
        _ = thread.StopAgain();
        onStep?.Invoke(InjectionStep.Returning);
        _ = thread.SetSignalMask(_signalMask);
        onStep?.Invoke(InjectionStep.Unmasked);
        if (thread.SetRegisters(_saved))
        {
            onStep?.Invoke(InjectionStep.Restored);
            _ = thread.Write(code, stackalloc byte[InjectedCode.Size]);
        }

        thread.LetGo();
        if (thread.WasStopSignalled)
        {
            _ = process.Handle.Signal(LibC.SIGSTOP);
        }
    }

    string? Save()
    {
        if (!thread.GetRegisters(out _saved) || _saved.cs != SixtyFourBitSegment)
        {
            return "it is a 32-bit program";
        }

        if (InjectedCode.IsRestart(_saved) && !IsBehindSystemCall())
        {
            return "it waits in a 32-bit system call";
        }

        if (IsInCriticalSection())
        {
            return "it was in a restartable sequence at each attempt";
        }

        if (thread.DispatchesSystemCalls())
        {
            return "it takes its system calls as signals, as emulators do";
        }

        return thread.GetSignalMask(out _signalMask) ? null : $"its signals cannot be held off: {ErrnoExtensions.Last().ToText()}";
    }

    string? Lay()
    {
        Span<byte> bytes = stackalloc byte[InjectedCode.Size];
        InjectedCode.Write(bytes, _saved, _signalMask);
        if (!CodePadding.IsFree(memory, code, InjectedCode.Size))
        {
            return "another program has just written to the end of its code";
        }

        if (!thread.Write(code, bytes))
        {
            string refusal = $"the end of its code cannot be written to: {ErrnoExtensions.Last().ToText()}";
            bytes.Clear();
            _ = thread.Write(code, bytes);
            return refusal;
        }

        onStep?.Invoke(InjectionStep.Written);
        return null;
    }

    bool HoldOffSignals()
    {
        onStep?.Invoke(InjectionStep.Redirected);
        _isMasked = _isMasked || thread.SetSignalMask(ulong.MaxValue);
        onStep?.Invoke(InjectionStep.Masked);
        return _isMasked;
    }

    bool RunThroughCall()
    {
        if (!thread.RunToSystemCall())
        {
            return false;
        }

        onStep?.Invoke(InjectionStep.Entering);
        bool isBack = thread.RunToSystemCall();
        onStep?.Invoke(InjectionStep.Called);
        return isBack;
    }

    bool IsBehindSystemCall()
    {
        Span<byte> instruction = stackalloc byte[sizeof(ushort)];
        return CodePadding.Read(memory, _saved.rip - sizeof(ushort), instruction)
            && BinaryPrimitives.ReadUInt16LittleEndian(instruction) == SystemCallInstruction;
    }

    /// <summary>Such a section has to start over when its thread is moved to other code, which the kernel would then not notice.</summary>
    bool IsInCriticalSection()
    {
        ulong sequences = thread.RestartableSequences();
        Span<byte> section = stackalloc byte[sizeof(ulong)];
        return sequences != 0
            && (!CodePadding.Read(memory, sequences + CriticalSectionOffset, section) || BinaryPrimitives.ReadUInt64LittleEndian(section) != 0);
    }
}
