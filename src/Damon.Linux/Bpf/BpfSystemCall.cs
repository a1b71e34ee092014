using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Bpf;

/// <summary>One bpf(2) command with its <c>union bpf_attr</c>, for commands that run rarely.</summary>
unsafe ref struct BpfSystemCall
{
    fixed byte _attr[LibC.BpfAttrSize];

    public void Set(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Attr[offset..], value);

    public void Set(int offset, void* value) => BinaryPrimitives.WriteUInt64LittleEndian(Attr[offset..], (ulong)value);

    public void Set(int offset, ReadOnlySpan<byte> value) => value.CopyTo(Attr[offset..]);

    /// <summary>The new file descriptor, or null and the error.</summary>
    public SafeFileHandle? Open(int command, out Errno errno)
    {
        fixed (byte* attr = _attr)
        {
            nint fd = LibC.bpf(command, attr, LibC.BpfAttrSize);
            errno = fd < 0 ? (Errno)Marshal.GetLastSystemError() : Errno.None;
            return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
        }
    }

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    Span<byte> Attr => MemoryMarshal.CreateSpan(ref _attr[0], LibC.BpfAttrSize);
}
