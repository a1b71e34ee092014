using Damon.Linux.Native;
using Damon.Monitoring;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Bpf;

/// <summary>An array map of one element that programs and this process share as memory (<c>BPF_F_MMAPABLE</c>, 5.5 and later).</summary>
sealed unsafe class BpfMap : IDisposable
{
    readonly SafeFileHandle _fd;
    readonly nuint _mappedLength;
    byte* _value;

    BpfMap(SafeFileHandle fd, byte* value, nuint mappedLength)
    {
        _fd = fd;
        _value = value;
        _mappedLength = mappedLength;
    }

    public int Fd => (int)_fd.DangerousGetHandle();

    /// <summary>Start of the element, on a page boundary.</summary>
    public byte* Value => _value;

    /// <exception cref="BpfException">The kernel refused.</exception>
    public static BpfMap CreateShared(int valueLength)
    {
        // Before 5.11 maps counted against the limit of locked memory, which is 64 KiB by default.
        LibC.rlimit unlimited = new LibC.rlimit { rlim_cur = LibC.RLIM_INFINITY, rlim_max = LibC.RLIM_INFINITY };
        _ = LibC.setrlimit(LibC.RLIMIT_MEMLOCK, &unlimited);

        BpfSystemCall call = default;
        call.Set(0, LibC.BPF_MAP_TYPE_ARRAY);
        call.Set(4, 4);
        call.Set(8, (uint)valueLength);
        call.Set(12, 1);
        call.Set(16, LibC.BPF_F_MMAPABLE);
        SafeFileHandle fd = call.Open(LibC.BPF_MAP_CREATE, out Errno errno) ?? throw new BpfException("creating a shared BPF map", errno);

        nuint mappedLength = (nuint)Page.AlignUp((ulong)valueLength);
        void* value = LibC.mmap(null, mappedLength, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED, (int)fd.DangerousGetHandle(), 0);
        if (value == LibC.MAP_FAILED)
        {
            errno = ErrnoExtensions.Last();
            fd.Dispose();
            throw new BpfException("mapping a shared BPF map", errno);
        }

        return new BpfMap(fd, (byte*)value, mappedLength);
    }

    public void Dispose()
    {
        if (_value != null)
        {
            _ = LibC.munmap(_value, _mappedLength);
            _value = null;
        }

        _fd.Dispose();
    }
}
