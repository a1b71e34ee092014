using System.Text;
using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Outputs;

/// <summary>A folder for this program's own files, into which only its owner can put anything, whatever the umask is.</summary>
sealed unsafe class OwnFolder : IDisposable
{
    const uint OwnerOnly = 0x180; // 0600
    const UnixFileMode ForOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    const UnixFileMode ForAll = ForOwner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    readonly string _path;
    readonly SafeFileHandle _folder;

    OwnFolder(string path, SafeFileHandle folder)
    {
        _path = path;
        _folder = folder;
    }

    /// <summary>Opens the folder, and makes it if there is none.</summary>
    /// <exception cref="UnauthorizedAccessException">It must not be made, or belongs to another user.</exception>
    /// <exception cref="IOException">It cannot be made, or others can write to it.</exception>
    public static OwnFolder Open(string path)
    {
        Make(Path.GetFullPath(path), ForOwner);
        int fd = LibC.open(path, LibC.O_RDONLY | LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        if (fd < 0)
        {
            Errno errno = ErrnoExtensions.Last();
            throw errno is Errno.EACCES or Errno.EPERM ? new UnauthorizedAccessException() : new OutputException(path, OutputException.Reason(errno));
        }

        OwnFolder own = new(path, new SafeFileHandle(fd, ownsHandle: true));
        FileFacts facts = FileFacts.Of(own._folder);
        if (facts.Owner != LibC.geteuid())
        {
            own.Dispose();
            throw new UnauthorizedAccessException($"'{path}' belongs to another user");
        }

        if (facts.IsShared)
        {
            own.Dispose();
            throw new OutputException(path, "others can write to that folder; 'chmod 700' it, or remove it");
        }

        return own;
    }

    /// <summary>Opens a file to hold a lock by, and makes it if there is none.</summary>
    /// <returns>Null when another process has the lock.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public FileStream? Lock(string name)
    {
        SafeFileHandle file = Open(name, LibC.O_RDWR);
        LibC.flock all = new() { l_type = LibC.F_WRLCK };
        if (LibC.fcntl(file, LibC.F_OFD_SETLK, &all) == 0)
        {
            return new FileStream(file, FileAccess.ReadWrite, 1);
        }

        file.Dispose();
        return null;
    }

    /// <summary>Makes a new file.</summary>
    /// <exception cref="IOException">It cannot be made or written, or there is one; nothing is left of one that could not be written.</exception>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        using SafeFileHandle file = Open(name, LibC.O_WRONLY | LibC.O_EXCL);
        try
        {
            using OutputStream stream = new(file, isRegular: true);
            stream.Write(content);
        }
        catch (IOException)
        {
            File.Delete(Path.Combine(_path, name));
            throw;
        }
    }

    /// <summary>Opens a file to append to, and makes it if there is none.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="longest">One that is longer, in bytes, becomes <c>.old</c>.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public SafeFileHandle Append(string name, long longest)
    {
        byte[] from = [.. Encoding.UTF8.GetBytes(name), 0];
        if (FileFacts.In(_folder, from) is { } there && there.Length > longest)
        {
            fixed (byte* start = from, end = (byte[])[.. Encoding.UTF8.GetBytes(name + ".old"), 0])
            {
                _ = LibC.renameat(_folder, start, _folder, end);
            }
        }

        return Open(name, LibC.O_WRONLY | LibC.O_APPEND);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    SafeFileHandle Open(string name, int flags)
    {
        fixed (byte* start = (byte[])[.. Encoding.UTF8.GetBytes(name), 0])
        {
            int fd = LibC.openat(_folder, start, flags | LibC.O_CREAT | LibC.O_NOFOLLOW | LibC.O_NONBLOCK | LibC.O_NOCTTY | LibC.O_CLOEXEC, OwnerOnly);
            if (fd < 0)
            {
                throw new OutputException(Path.Combine(_path, name), OutputException.Reason(ErrnoExtensions.Last()));
            }

            SafeFileHandle file = new(fd, ownsHandle: true);
            if (FileFacts.Of(file).IsRegular)
            {
                return file;
            }

            file.Dispose();
            throw new OutputException(Path.Combine(_path, name), "it is no regular file");
        }
    }

    static void Make(string path, UnixFileMode mode)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { } parent)
        {
            Make(parent, ForAll);
        }

        _ = Directory.CreateDirectory(path, mode);
    }
}
