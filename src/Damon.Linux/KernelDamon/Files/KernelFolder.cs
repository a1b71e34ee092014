using System.Buffers.Binary;
using System.Text;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.KernelDamon.Files;

/// <summary>The files below a folder of the file system.</summary>
sealed unsafe class KernelFolder : IKernelFiles
{
    /// <summary>No file of these interfaces comes near; a file that does is none of them.</summary>
    const int MaxFileSize = 4 << 20;

    const int StatxSize = 256;

    /// <summary>Files of a folder.</summary>
    /// <param name="root">The folder; it need not exist.</param>
    /// <exception cref="InvalidOperationException">It lies below <see cref="Forbidden"/>.</exception>
    internal KernelFolder(string root)
    {
        Root = root.Length > 1 ? root.TrimEnd('/') : root;
        if (Forbidden is { } forbidden && (Path.GetFullPath(Root) + "/").StartsWith(forbidden + "/", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"'{Root}' lies below '{forbidden}', which no test may touch.");
        }
    }

    /// <summary>For testing: a folder below which nothing may be opened. Null outside of tests.</summary>
    internal static string? Forbidden { get; set; }

    /// <inheritdoc/>
    public string Root { get; }

    /// <inheritdoc/>
    public bool Exists(string path) => Path.Exists(Full(path));

    /// <inheritdoc/>
    public Errno Read(string path, out string text)
    {
        text = "";
        int fd = LibC.open(Full(path), LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (fd < 0)
        {
            return ErrnoExtensions.Last();
        }

        try
        {
            // One page holds nearly every file, and is what the kernel gives at most in one piece.
            Span<byte> buffer = stackalloc byte[(int)Page.Size];
            int length = 0;
            while (true)
            {
                nint got;
                fixed (byte* p = buffer)
                {
                    got = LibC.read(fd, p + length, (nuint)(buffer.Length - length));
                }

                if (got < 0)
                {
                    Errno errno = ErrnoExtensions.Last();
                    if (errno == Errno.EINTR)
                    {
                        continue;
                    }

                    return errno;
                }

                if (got == 0)
                {
                    text = Encoding.UTF8.GetString(buffer[..length]);
                    return Errno.None;
                }

                length += (int)got;
                if (length == buffer.Length)
                {
                    if (length >= MaxFileSize)
                    {
                        return Errno.E2BIG;
                    }

                    byte[] larger = new byte[length * 4];
                    buffer.CopyTo(larger);
                    buffer = larger;
                }
            }
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }

    /// <inheritdoc/>
    public Errno Write(string path, string text)
    {
        int fd = LibC.open(Full(path), LibC.O_WRONLY | LibC.O_CLOEXEC | LibC.O_TRUNC);
        if (fd < 0)
        {
            return ErrnoExtensions.Last();
        }

        try
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            fixed (byte* p = bytes)
            {
                // Not repeated after EINTR: the kernel may have done some of it, and the caller looks at what came of it.
                nint written = LibC.write(fd, p, (nuint)bytes.Length);
                return written < 0 ? ErrnoExtensions.Last() : written < bytes.Length ? Errno.EIO : Errno.None;
            }
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }

    /// <inheritdoc/>
    public Errno List(string path, List<string> names)
    {
        try
        {
            foreach (string entry in Directory.EnumerateFileSystemEntries(Full(path)))
            {
                names.Add(Path.GetFileName(entry));
            }

            return Errno.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Number(e);
        }
    }

    /// <inheritdoc/>
    public ulong Identity(string path)
    {
        byte* status = stackalloc byte[StatxSize];
        return LibC.statx(LibC.AT_FDCWD, Full(path), 0, LibC.STATX_INO, status) == 0
            ? BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(status + LibC.StatxInode, sizeof(ulong)))
            : 0;
    }

    /// <inheritdoc/>
    public Errno MakeFolder(string path)
    {
        if (Exists(path))
        {
            return Errno.EEXIST;
        }

        try
        {
            _ = Directory.CreateDirectory(Full(path));
            return Errno.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Number(e);
        }
    }

    /// <inheritdoc/>
    public Errno RemoveFolder(string path)
    {
        try
        {
            Directory.Delete(Full(path));
            return Errno.None;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Number(e);
        }
    }

    /// <inheritdoc/>
    public Errno OpenPipe(string path, out IKernelPipe? pipe)
    {
        int fd = LibC.open(Full(path), LibC.O_RDONLY | LibC.O_CLOEXEC | LibC.O_NONBLOCK);
        pipe = fd < 0 ? null : new KernelPipe(fd);
        return fd < 0 ? ErrnoExtensions.Last() : Errno.None;
    }

    static Errno Number(Exception e) => e switch
    {
        DirectoryNotFoundException or FileNotFoundException => Errno.ENOENT,
        UnauthorizedAccessException => Errno.EACCES,
        _ => ErrnoExtensions.Of(e),
    };

    string Full(string path) => path.Length == 0 ? Root : $"{Root}/{path}";
}
