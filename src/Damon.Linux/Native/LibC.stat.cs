using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

static unsafe partial class LibC
{
    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const int AT_EMPTY_PATH = 0x1000;
    internal const uint STATX_TYPE = 1;
    internal const uint STATX_INO = 0x100;
    internal const uint STATX_BASIC_STATS = 0x7ff;

    // S_IFMT, S_IFREG, S_IFDIR and S_IFLNK.
    internal const int FileTypeMask = 0xf000;
    internal const int FileTypeRegular = 0x8000;
    internal const int FileTypeDirectory = 0x4000;
    internal const int FileTypeLink = 0xa000;

    // Offsets of stx_nlink, stx_uid, stx_gid (u32), of stx_size (u64), and of the major and minor number of the device that the file is on (u32).
    internal const int StatxLinks = 16;
    internal const int StatxOwner = 20;
    internal const int StatxGroup = 24;
    internal const int StatxSize = 40;
    internal const int StatxDeviceMajor = 136;
    internal const int StatxDeviceMinor = 140;

    /// <summary>Offset of <c>stx_mode</c>, a u16, in the 256 bytes of <c>struct statx</c>, which is the same on all architectures.</summary>
    internal const int StatxMode = 28;

    /// <summary>Offset of <c>stx_ino</c>, a u64.</summary>
    internal const int StatxInode = 32;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int dirfd, string pathname, int flags, uint mask, byte* statxbuf);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int statx(SafeHandle dirfd, byte* pathname, int flags, uint mask, byte* statxbuf);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchmod(SafeHandle fd, uint mode);

    /// <summary><c>f_type</c> of <c>struct statfs</c>, its first word on both architectures, for procfs.</summary>
    internal const long PROC_SUPER_MAGIC = 0x9fa0;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fstatfs(SafeHandle fd, long* buf);
}
