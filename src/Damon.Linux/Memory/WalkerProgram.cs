using System.Runtime.InteropServices;
using Damon.Linux.Bpf;
using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Memory;

/// <summary>A loaded walker program and the way to run it for one process.</summary>
sealed unsafe class WalkerProgram : IDisposable
{
    const int EveryTask = 0;

    readonly BpfProgram _program;
    readonly WalkerProgramKind _kind;
    readonly bool _filterTasks;
    readonly Dictionary<int, SafeFileHandle> _links = [];
    readonly byte* _attr;
    bool _disposed;

    public WalkerProgram(BpfProgram program, WalkerProgramKind kind, bool filterTasks)
    {
        _program = program;
        _kind = kind;
        _filterTasks = filterTasks;

        // Built once: a run only passes it.
        _attr = (byte*)NativeMemory.AllocZeroed(LibC.BpfAttrSize);
        if (kind == WalkerProgramKind.Syscall)
        {
            *(int*)_attr = program.Fd;
        }
    }

    /// <summary>Runs the program, which finds its input in the shared memory and leaves its results there.</summary>
    /// <param name="pid">The process, for iterators; a program of the other kind reads it from the shared memory.</param>
    public Errno Run(int pid)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_kind == WalkerProgramKind.Syscall)
        {
            return LibC.bpf(LibC.BPF_PROG_TEST_RUN, _attr, LibC.BpfAttrSize) < 0 ? LastError() : Errno.None;
        }

        Errno errno = Link(_filterTasks ? pid : EveryTask, out int link);
        if (errno != Errno.None)
        {
            return errno;
        }

        *(int*)_attr = link;
        int fd = (int)LibC.bpf(LibC.BPF_ITER_CREATE, _attr, LibC.BpfAttrSize);
        if (fd < 0)
        {
            return LastError();
        }

        // The program writes no text, so that one read runs all of it and returns 0.
        ulong unused;
        nint got = LibC.read(fd, &unused, sizeof(ulong));
        errno = got < 0 ? ErrnoExtensions.Last() : Errno.None;
        _ = LibC.close(fd);
        return errno;
    }

    /// <summary>Drops what is kept for a process.</summary>
    public void Forget(int pid)
    {
        if (_links.Remove(pid, out SafeFileHandle? link))
        {
            link.Dispose();
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        foreach (SafeFileHandle link in _links.Values)
        {
            link.Dispose();
        }

        _program.Dispose();
        NativeMemory.Free(_attr);
    }

    static Errno LastError() => (Errno)Marshal.GetLastSystemError();

    Errno Link(int pid, out int fd)
    {
        if (_links.TryGetValue(pid, out SafeFileHandle? link))
        {
            fd = (int)link.DangerousGetHandle();
            return Errno.None;
        }

        // union bpf_iter_link_info: tid, pid, pid_fd.
        uint* task = stackalloc uint[3] { (uint)pid, 0, 0 };
        BpfSystemCall call = default;
        call.Set(0, (uint)_program.Fd);
        call.Set(8, LibC.BPF_TRACE_ITER);
        if (_filterTasks)
        {
            call.Set(16, task);
            call.Set(24, 3 * sizeof(uint));
        }

        link = call.Open(LibC.BPF_LINK_CREATE, out Errno errno);
        if (link is null)
        {
            fd = -1;
            return errno;
        }

        _links.Add(pid, link);
        fd = (int)link.DangerousGetHandle();
        return Errno.None;
    }
}
