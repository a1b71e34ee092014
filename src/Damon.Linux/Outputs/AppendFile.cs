using System.Text;
using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Outputs;

/// <summary>Opens a file whose name another program has given, to append to it, as the kernel's DAMON does with its record.</summary>
static unsafe class AppendFile
{
    /// <summary>Opens what is there, or makes a file. Links, devices and pipes of others: see <see cref="OutputPlace"/>.</summary>
    /// <remarks>Neither opening nor writing waits: a pipe without a reader must not hold up the writer.</remarks>
    /// <param name="path">The path, as bytes, a NUL at the end.</param>
    /// <param name="permissions">Of a new file, before the umask.</param>
    /// <exception cref="IOException">It cannot be opened; the message is the reason.</exception>
    public static SafeFileHandle Open(byte[] path, uint permissions)
    {
        byte[] name = path[..^1];
        try
        {
            using OutputPlace place = OutputPlace.Find(Encoding.UTF8.GetString(name), name);
            return place.Descriptor is null ? Open(place, permissions) : throw new IOException("it is a descriptor of another process");
        }
        catch (OutputException e)
        {
            throw new IOException(e.Why, e);
        }
    }

    static SafeFileHandle Open(OutputPlace place, uint permissions)
    {
        // For reading too, as the kernel opens it.
        const int Flags = LibC.O_RDWR | LibC.O_APPEND | LibC.O_CLOEXEC | LibC.O_NONBLOCK | LibC.O_NOCTTY;
        if (place.There is { IsSpecial: true })
        {
            return Taken(LibC.open(place.ByDescriptor, Flags));
        }

        if (place.There is { } there && FileFacts.Of(place.Folder) is { IsShared: true } folder
            && ((!there.IsOursOrRoots && there.Owner != folder.Owner) || there.Links > 1))
        {
            throw new IOException("another user may have put it into a folder that others can write to");
        }

        fixed (byte* name = place.Name)
        {
            return Taken(place.There is null
                ? LibC.openat(place.Folder, name, Flags | LibC.O_CREAT | LibC.O_EXCL | LibC.O_NOFOLLOW, permissions)
                : LibC.openat(place.Folder, name, Flags | LibC.O_NOFOLLOW));
        }
    }

    static SafeFileHandle Taken(int fd) =>
        fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new IOException(OutputException.Reason(ErrnoExtensions.Last()));
}
