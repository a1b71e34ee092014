using System.Runtime.InteropServices;

namespace Damon.Linux.Native;

internal static unsafe partial class LibC
{
    internal const int AT_FDCWD = -100;
    internal const int AT_SYMLINK_NOFOLLOW = 0x100;
    internal const uint STATX_TYPE = 1;
    internal const uint STATX_INO = 0x100;
    internal const uint STATX_BASIC_STATS = 0x7ff;

    /// <summary>Size of <c>struct statx</c> in bytes.</summary>
    internal const int StatxSize = 256;

    // S_IFMT, S_IFREG and S_IFDIR.
    internal const int FileTypeMask = 0xf000;
    internal const int FileTypeRegular = 0x8000;
    internal const int FileTypeDirectory = 0x4000;

    /// <summary>Offset of <c>stx_uid</c>, a u32.</summary>
    internal const int StatxUser = 20;

    /// <summary>Offset of <c>stx_mode</c>, a u16, in the 256 bytes of <c>struct statx</c>, which is the same on all architectures.</summary>
    internal const int StatxMode = 28;

    /// <summary>Offset of <c>stx_ino</c>, a u64.</summary>
    internal const int StatxInode = 32;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int dirfd, string pathname, int flags, uint mask, byte* statxbuf);
}
