using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Outputs;

/// <summary>A file without a name, to read and write, for what is too large for memory: whatever ends the process, nothing is left of it.</summary>
static unsafe class TemporaryFile
{
    const uint OwnerOnly = 0x180; // 0600

    /// <summary>Makes one.</summary>
    /// <param name="folder">On which file system.</param>
    /// <exception cref="OutputException">It cannot be made there.</exception>
    public static SafeFileHandle Create(string folder)
    {
        int fd = LibC.open(folder, LibC.O_RDWR | LibC.O_TMPFILE | LibC.O_CLOEXEC, OwnerOnly);
        if (fd >= 0)
        {
            return new SafeFileHandle(fd, ownsHandle: true);
        }

        // File systems that have none.
        fixed (byte* name = StaleFiles.NewName())
        {
            int place = LibC.open(folder, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
            using SafeFileHandle inside = new(place, ownsHandle: true);
            fd = place < 0 ? -1 : LibC.openat(inside, name, LibC.O_RDWR | LibC.O_CREAT | LibC.O_EXCL | LibC.O_NOFOLLOW | LibC.O_CLOEXEC, OwnerOnly);
            if (fd < 0)
            {
                throw new OutputException(folder, OutputException.Reason(ErrnoExtensions.Last()));
            }

            _ = LibC.unlinkat(inside, name, 0);
            return new SafeFileHandle(fd, ownsHandle: true);
        }
    }
}
