using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damo.Workloads;

/// <summary>Memory that two processes map: one creates it without a name in any folder, the other opens it by <see cref="Path"/>.</summary>
sealed unsafe class SharedMemory : IDisposable
{
    readonly SafeFileHandle _file;

    SharedMemory(SafeFileHandle file, string path, long length)
    {
        _file = file;
        Path = path;
        Length = length;
        void* address = LibC.mmap(null, (nuint)length, LibC.PROT_READ | LibC.PROT_WRITE, LibC.MAP_SHARED, (int)file.DangerousGetHandle(), 0);
        if (address == LibC.MAP_FAILED)
        {
            int error = Marshal.GetLastPInvokeError();
            file.Dispose();
            throw new IOException($"Cannot map {length} bytes of {path}: {new Win32Exception(error).Message}.");
        }

        Address = (byte*)address;
    }

    /// <summary>First byte; null after <see cref="Dispose"/>.</summary>
    public byte* Address { get; private set; }

    /// <summary>Size in bytes.</summary>
    public long Length { get; }

    /// <summary>How another process of the same user opens it while this one holds it.</summary>
    public string Path { get; }

    /// <summary>New memory, all zero.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static SharedMemory Create(string name, long length)
    {
        int fd = LibC.memfd_create(name, LibC.MFD_CLOEXEC);
        if (fd < 0)
        {
            throw new IOException($"Cannot create shared memory: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
        }

        SafeFileHandle file = new(fd, ownsHandle: true);
        if (LibC.ftruncate(fd, length) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            file.Dispose();
            throw new IOException($"Cannot create shared memory of {length} bytes: {new Win32Exception(error).Message}.");
        }

        return new SharedMemory(file, string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{fd}"), length);
    }

    /// <summary>Maps an existing file as it is.</summary>
    /// <exception cref="IOException">The file cannot be opened or mapped.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be opened.</exception>
    public static SharedMemory Open(string path)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        return new SharedMemory(file, path, RandomAccess.GetLength(file));
    }

    /// <summary>Takes the mapping away and lets go of the file.</summary>
    public void Dispose()
    {
        if (Address != null)
        {
            _ = LibC.munmap(Address, (nuint)Length);
            _file.Dispose();
            Address = null;
        }
    }
}
