using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Outputs;

/// <summary>What a file is, told by a descriptor or by a name.</summary>
/// <param name="Device">The device that the file is on.</param>
/// <param name="Inode">Its number there; with <paramref name="Device"/> it tells files apart, whatever they are called.</param>
/// <param name="Type">The file type bits of the mode.</param>
/// <param name="Mode">The other bits of the mode.</param>
/// <param name="Owner">User id of the owner.</param>
/// <param name="Group">Group id.</param>
/// <param name="Links">Number of names.</param>
/// <param name="Length">In bytes.</param>
readonly record struct FileFacts(ulong Device, ulong Inode, int Type, uint Mode, uint Owner, uint Group, uint Links, long Length)
{
    const uint WritableByOthers = 0x12; // 0022

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => Type == LibC.FileTypeRegular;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Type == LibC.FileTypeDirectory;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => Type == LibC.FileTypeLink;

    /// <summary>Whether it is a device, a pipe or a socket: something to write into, never to be replaced.</summary>
    public bool IsSpecial => !IsRegular && !IsDirectory && !IsLink;

    /// <summary>Of a directory: whether others than its owner can make files in it.</summary>
    public bool IsShared => (Mode & WritableByOthers) != 0;

    /// <summary>Whether it is owned by this process's effective user or by root, who can do anything anyway.</summary>
    public bool IsOursOrRoots => Owner == 0 || Owner == LibC.geteuid();

    /// <summary>Whether both are one file.</summary>
    public bool IsSameAs(FileFacts other) => Device == other.Device && Inode == other.Inode;

    /// <summary>Of an open file.</summary>
    /// <exception cref="IOException">The kernel does not say.</exception>
    public static unsafe FileFacts Of(SafeFileHandle file)
    {
        byte nothing = 0;
        return Look(file, &nothing, LibC.AT_EMPTY_PATH) ?? throw new IOException(OutputException.Reason(ErrnoExtensions.Last()));
    }

    /// <summary>Of what has a name in a folder; of a link, the link itself.</summary>
    /// <returns>Null when there is nothing, or the kernel does not say.</returns>
    public static unsafe FileFacts? In(SafeFileHandle folder, byte[] name)
    {
        fixed (byte* start = name)
        {
            return Look(folder, start, LibC.AT_SYMLINK_NOFOLLOW);
        }
    }

    /// <summary>Of what a path leads to.</summary>
    /// <returns>Null when there is nothing, or the kernel does not say.</returns>
    public static unsafe FileFacts? At(string path)
    {
        byte* status = stackalloc byte[256];
        return LibC.statx(LibC.AT_FDCWD, path, 0, LibC.STATX_BASIC_STATS, status) == 0 ? Read(status) : null;
    }

    static unsafe FileFacts? Look(SafeFileHandle folder, byte* name, int flags)
    {
        byte* status = stackalloc byte[256];
        return LibC.statx(folder, name, flags, LibC.STATX_BASIC_STATS, status) == 0 ? Read(status) : null;
    }

    static unsafe FileFacts Read(byte* status)
    {
        int mode = *(ushort*)(status + LibC.StatxMode);
        return new FileFacts(
            ((ulong)*(uint*)(status + LibC.StatxDeviceMajor) << 32) | *(uint*)(status + LibC.StatxDeviceMinor),
            *(ulong*)(status + LibC.StatxInode),
            mode & LibC.FileTypeMask,
            (uint)(mode & ~LibC.FileTypeMask),
            *(uint*)(status + LibC.StatxOwner),
            *(uint*)(status + LibC.StatxGroup),
            *(uint*)(status + LibC.StatxLinks),
            *(long*)(status + LibC.StatxSize));
    }
}
