using System.Runtime.InteropServices;
using System.Text;
using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Bpf;

/// <summary>A loaded program.</summary>
sealed unsafe class BpfProgram : IDisposable
{
    const int LogSize = 1 << 20;

    readonly SafeFileHandle _fd;

    BpfProgram(SafeFileHandle fd) => _fd = fd;

    public int Fd => (int)_fd.DangerousGetHandle();

    /// <param name="kind">What makes the program run.</param>
    /// <param name="name">At most 15 characters; shown by tools that list programs.</param>
    /// <param name="code">Instructions.</param>
    /// <param name="function">The function <paramref name="code"/> has besides the main one; null for none.</param>
    /// <param name="attachBtfId">For an iterator, the id of <c>bpf_iter_task</c> in the kernel's type information.</param>
    /// <exception cref="BpfException">The kernel refused; the message ends with what the verifier said last.</exception>
    public static BpfProgram Load(BpfProgramKind kind, string name, ReadOnlySpan<ulong> code, BpfLocalFunction? function = null, uint attachBtfId = 0)
    {
        using SafeFileHandle? types = function is null ? null : LoadTypes(function);
        SafeFileHandle? fd = TryLoad(kind, name, code, function, types, attachBtfId, null, out Errno errno);
        if (fd is not null)
        {
            return new BpfProgram(fd);
        }

        // The verifier explains itself only on request, and asking costs time: so only for a program that was refused.
        byte* log = (byte*)NativeMemory.AllocZeroed(LogSize);
        try
        {
            fd = TryLoad(kind, name, code, function, types, attachBtfId, log, out Errno logged);
            return fd is not null
                ? new BpfProgram(fd)
                : throw new BpfException($"loading BPF program {name}", logged == Errno.ENOSPC ? errno : logged, LastLine(log));
        }
        finally
        {
            NativeMemory.Free(log);
        }
    }

    public void Dispose() => _fd.Dispose();

    /// <summary>The last line of a verifier log that is not one of its statistics.</summary>
    internal static string? LastMeaningfulLine(ReadOnlySpan<char> log)
    {
        string? last = null;
        foreach (Range range in log.Split('\n'))
        {
            ReadOnlySpan<char> line = log[range].Trim();
            if (!line.IsEmpty
                && !line.StartsWith("processed ", StringComparison.Ordinal)
                && !line.StartsWith("verification time ", StringComparison.Ordinal)
                && !line.StartsWith("stack depth ", StringComparison.Ordinal))
            {
                last = line.ToString();
            }
        }

        return last;
    }

    static string? LastLine(byte* log)
    {
        // Only the end matters; the whole would become megabytes of text.
        ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(log);
        return LastMeaningfulLine(Encoding.UTF8.GetString(text[Math.Max(0, text.Length - 4096)..]));
    }

    static SafeFileHandle? TryLoad(
        BpfProgramKind kind,
        string name,
        ReadOnlySpan<ulong> code,
        BpfLocalFunction? function,
        SafeFileHandle? types,
        uint attachBtfId,
        byte* log,
        out Errno errno)
    {
        uint* functions = stackalloc uint[4];
        fixed (ulong* instructions = code)
        fixed (byte* license = "GPL\0"u8)
        {
            BpfSystemCall call = default;
            call.Set(0, kind == BpfProgramKind.Syscall ? LibC.BPF_PROG_TYPE_SYSCALL : LibC.BPF_PROG_TYPE_TRACING);
            call.Set(4, (uint)code.Length);
            call.Set(8, instructions);
            call.Set(16, license);
            if (log != null)
            {
                call.Set(24, 1);
                call.Set(28, LogSize);
                call.Set(32, log);
            }

            call.Set(44, kind == BpfProgramKind.Syscall ? LibC.BPF_F_SLEEPABLE : 0);
            call.Set(48, Encoding.ASCII.GetBytes(name));
            if (kind == BpfProgramKind.TaskIterator)
            {
                call.Set(68, LibC.BPF_TRACE_ITER);
                call.Set(108, attachBtfId);
            }

            if (function is not null && types is not null)
            {
                functions[0] = 0;
                functions[1] = BpfLocalFunction.MainTypeId;
                functions[2] = (uint)function.Position;
                functions[3] = BpfLocalFunction.TypeId;
                call.Set(72, (uint)types.DangerousGetHandle());
                call.Set(76, 8);
                call.Set(80, functions);
                call.Set(88, 2);
            }

            return call.Open(LibC.BPF_PROG_LOAD, out errno);
        }
    }

    static SafeFileHandle LoadTypes(BpfLocalFunction function)
    {
        byte[] bytes = function.TypeInformation();
        fixed (byte* pointer = bytes)
        {
            BpfSystemCall call = default;
            call.Set(0, pointer);
            call.Set(16, (uint)bytes.Length);
            return call.Open(LibC.BPF_BTF_LOAD, out Errno errno) ?? throw new BpfException("loading BPF type information", errno);
        }
    }
}
