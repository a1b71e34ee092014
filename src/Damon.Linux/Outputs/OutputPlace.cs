using System.Globalization;
using System.Text;
using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Outputs;

/// <summary>Where a path leads that a user gave for an output: a folder, held open, and a name in it, or a descriptor of this process.</summary>
/// <remarks>
/// Links are followed here, one by one, rather than by the kernel: each is looked at through a descriptor, so that it cannot change between the look and
/// the step. Others may have put a link, a device or a pipe where they knew a name would be used. So in a folder that others can write to, one that is
/// neither root's, nor the effective user's, nor of the owner of the folder is refused, which is the kernel's rule for protected links; and the link of
/// another user leads only to what belongs to that user.
/// </remarks>
sealed unsafe class OutputPlace : IDisposable
{
    const int MostLinks = 40;
    const int LongestLink = 4096;

    readonly SafeFileHandle? _folder;
    readonly SafeFileHandle? _there;

    OutputPlace(string path, SafeFileHandle? folder, byte[] name, SafeFileHandle? there, int? descriptor)
    {
        Path = path;
        _folder = folder;
        Name = name;
        _there = there;
        Descriptor = descriptor;
        There = there is null ? null : FileFacts.Of(there);
    }

    /// <summary>As it was given, for messages.</summary>
    public string Path { get; }

    /// <summary>The folder, open as a place only.</summary>
    public SafeFileHandle Folder => _folder!;

    /// <summary>The name in the folder, a NUL at its end.</summary>
    public byte[] Name { get; }

    /// <summary>What has the name; null for nothing. Never a link or a directory.</summary>
    public FileFacts? There { get; }

    /// <summary>The descriptor of this process that the path means; null for a folder and a name.</summary>
    public int? Descriptor { get; }

    /// <summary>A path to what has the name that cannot be led elsewhere: to open it.</summary>
    public string ByDescriptor => PathOf(_there!);

    /// <summary>Goes where a path leads.</summary>
    /// <exception cref="OutputException">It leads nowhere, to a directory, or through what another user has put there.</exception>
    public static OutputPlace Find(string path) => Find(path, Encoding.UTF8.GetBytes(path));

    /// <summary>Goes where a path leads that need not be UTF-8.</summary>
    public static OutputPlace Find(string path, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            throw new OutputException(path, "it has no name");
        }

        return bytes.Contains((byte)0) ? throw new OutputException(path, "a name holds no NUL") : Walk(path, bytes);
    }

    /// <summary>The path of an open file, under a name that only this process has.</summary>
    public static string PathOf(SafeFileHandle file) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file.DangerousGetHandle()}");

    /// <summary>A name beside, for what belongs to the output.</summary>
    /// <param name="suffix">Comes behind the name.</param>
    public byte[] NameWith(string suffix) => [.. Name.AsSpan(0, Name.Length - 1), .. Encoding.UTF8.GetBytes(suffix), 0];

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder?.Dispose();
        _there?.Dispose();
    }

    static OutputPlace Walk(string path, byte[] bytes)
    {
        Stack<byte[]> rest = new();
        Push(rest, bytes);
        SafeFileHandle folder = OpenFolder(path, bytes[0] == '/' ? "/" : ".");
        uint? leader = null;
        int links = 0;
        try
        {
            while (rest.TryPop(out byte[]? name))
            {
                bool isLast = rest.Count == 0;
                SafeFileHandle? next = Open(folder, name, LibC.O_PATH | LibC.O_NOFOLLOW, out Errno errno);
                if (next is null)
                {
                    return isLast && errno == Errno.ENOENT ? Free(path, ref folder, name, leader) : throw Missing(path, name, errno, isLast);
                }

                FileFacts facts = FileFacts.Of(next);
                if (facts.IsLink)
                {
                    if (++links > MostLinks)
                    {
                        next.Dispose();
                        throw new OutputException(path, OutputException.Reason(Errno.ELOOP));
                    }

                    if (IsProc(folder))
                    {
                        // The text of such a link is not a path, and only the kernel makes one.
                        next.Dispose();
                        if (isLast)
                        {
                            return OfDescriptor(path, folder, name);
                        }

                        next = Open(folder, name, LibC.O_PATH | LibC.O_DIRECTORY, out errno) ?? throw Missing(path, name, errno, isLast: false);
                        folder.Dispose();
                        folder = next;
                        continue;
                    }

                    using (next)
                    {
                        leader = Leader(path, FileFacts.Of(folder), facts, leader);
                        byte[] target = ReadLink(path, next);
                        Push(rest, target);
                        if (target[0] == '/')
                        {
                            folder.Dispose();
                            folder = OpenFolder(path, "/");
                        }
                    }
                }
                else if (facts.IsDirectory)
                {
                    folder.Dispose();
                    folder = next;
                }
                else if (isLast)
                {
                    return Taken(path, ref folder, name, next, facts, leader);
                }
                else
                {
                    next.Dispose();
                    throw new OutputException(path, $"'{Text(name)}' is no directory");
                }
            }

            throw new OutputException(path, "it is a directory; give the name of a file");
        }
        finally
        {
            folder?.Dispose();
        }
    }

    static OutputPlace Free(string path, ref SafeFileHandle folder, byte[] name, uint? leader)
    {
        FileFacts facts = FileFacts.Of(folder);

        // In a folder that all can write to, a new file is nothing that its user could not have made.
        if (leader is { } user && facts.Owner != user && !facts.IsShared)
        {
            throw Foreign(path, "a symbolic link of another user leads to a folder that is not that user's");
        }

        return Give(path, ref folder, name, null);
    }

    static OutputPlace Taken(string path, ref SafeFileHandle folder, byte[] name, SafeFileHandle there, FileFacts facts, uint? leader)
    {
        try
        {
            if (leader is { } user && facts.Owner != user)
            {
                throw Foreign(path, "a symbolic link of another user leads to a file that is not that user's");
            }

            if (facts.IsSpecial && !MayUse(FileFacts.Of(folder), facts))
            {
                throw Foreign(path, "it is a device or a pipe that another user has put into a folder that others can write to");
            }
        }
        catch
        {
            there.Dispose();
            throw;
        }

        return Give(path, ref folder, name, there);
    }

    static OutputPlace Give(string path, ref SafeFileHandle folder, byte[] name, SafeFileHandle? there)
    {
        OutputPlace place = new(path, folder, name, there, null);
        folder = null!;
        return place;
    }

    /// <summary>Whether what stands in a folder may be used, or was perhaps put there to be used by mistake.</summary>
    static bool MayUse(FileFacts folder, FileFacts entry) => entry.IsOursOrRoots || !folder.IsShared || entry.Owner == folder.Owner;

    /// <returns>The user to whose things alone the path may lead from here on; null for no such limit.</returns>
    static uint? Leader(string path, FileFacts folder, FileFacts link, uint? before)
    {
        if (!MayUse(folder, link))
        {
            throw Foreign(path, "it leads through a symbolic link that another user has put into a folder that others can write to");
        }

        if (link.IsOursOrRoots)
        {
            return before;
        }

        return before is null || before == link.Owner ? link.Owner : throw Foreign(path, "it leads through symbolic links of several other users");
    }

    static OutputException Foreign(string path, string what) => new(path, what);

    static OutputException Missing(string path, byte[] name, Errno errno, bool isLast) =>
        new(path, errno == Errno.ENOENT && !isLast ? $"there is no directory '{Text(name)}'" : OutputException.Reason(errno));

    static bool IsProc(SafeFileHandle folder)
    {
        long* status = stackalloc long[32];
        return LibC.fstatfs(folder, status) == 0 && *status == LibC.PROC_SUPER_MAGIC;
    }

    static OutputPlace OfDescriptor(string path, SafeFileHandle folder, byte[] name)
    {
        FileFacts here = FileFacts.Of(folder);
        bool isOwn = FileFacts.At("/proc/self/fd") is { } own && here.IsSameAs(own);
        return isOwn && int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor)
            ? new OutputPlace(path, null, name, null, descriptor)
            : throw new OutputException(path, "it is a descriptor of another process");
    }

    static byte[] ReadLink(string path, SafeFileHandle link)
    {
        byte nothing = 0;
        byte* target = stackalloc byte[LongestLink];
        nint length = LibC.readlinkat(link, &nothing, target, LongestLink);
        return length > 0
            ? new ReadOnlySpan<byte>(target, (int)length).ToArray()
            : throw new OutputException(path, OutputException.Reason(ErrnoExtensions.Last()));
    }

    /// <summary>Puts the parts of a path on the stack, the first at the top.</summary>
    static void Push(Stack<byte[]> rest, ReadOnlySpan<byte> path)
    {
        List<byte[]> parts = [];
        foreach (Range part in path.Split((byte)'/'))
        {
            if (!path[part].IsEmpty)
            {
                parts.Add([.. path[part], 0]);
            }
        }

        if (path[^1] == '/')
        {
            // The part before must be a directory.
            parts.Add([(byte)'.', 0]);
        }

        for (int i = parts.Count - 1; i >= 0; i--)
        {
            rest.Push(parts[i]);
        }
    }

    static SafeFileHandle OpenFolder(string path, string folder)
    {
        int fd = LibC.open(folder, LibC.O_PATH | LibC.O_DIRECTORY | LibC.O_CLOEXEC);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new OutputException(path, OutputException.Reason(ErrnoExtensions.Last()));
    }

    static SafeFileHandle? Open(SafeFileHandle folder, byte[] name, int flags, out Errno errno)
    {
        fixed (byte* start = name)
        {
            int fd = LibC.openat(folder, start, flags | LibC.O_CLOEXEC);
            errno = fd >= 0 ? Errno.None : ErrnoExtensions.Last();
            return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : null;
        }
    }

    static string Text(byte[] name) => Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1));
}
