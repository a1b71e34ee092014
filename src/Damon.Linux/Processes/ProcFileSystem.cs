using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Damon.Linux.Native;

namespace Damon.Linux.Processes;

/// <summary>Reads what /proc tells of processes. The root is passed in, so that tests can give a folder of their own.</summary>
/// <remarks>
/// Not for use by several threads at once: it reads into one buffer. Whatever goes wrong with a process that may end at any time
/// is an <see cref="Errno"/>-like result here, not an exception.
/// </remarks>
/// <param name="root">Usually <c>/proc</c>.</param>
sealed class ProcFileSystem(string root = "/proc")
{
    const int MaxFileSize = 256 << 20;
    byte[] _buffer = new byte[16 << 10];

    /// <summary>The folder that is read.</summary>
    public string Root { get; } = root;

    /// <summary>Fills <paramref name="table"/> with the mappings of a process.</summary>
    /// <param name="folder">That of the process or of one of its threads.</param>
    /// <param name="table">Is empty afterwards when the process has no address space (any more).</param>
    /// <param name="fault">What went wrong, or null.</param>
    /// <returns>Whether the file could be read.</returns>
    public bool TryReadMappings(string folder, MappingTable table, out string? fault)
    {
        bool read = TryRead($"{folder}/maps", out ReadOnlySpan<byte> text, out Errno errno);
        table.Parse(text);
        fault = read ? null : errno.ToText();
        return read;
    }

    /// <summary>The kernel's release as <c>uname -r</c> tells it, or null.</summary>
    public string? KernelRelease() =>
        TryRead($"{Root}/sys/kernel/osrelease", out ReadOnlySpan<byte> text, out _) ? Encoding.UTF8.GetString(text).TrimEnd('\n') : null;

    /// <summary>The name of a process (comm), or null when it is gone.</summary>
    public string? CommandName(int pid) =>
        TryRead($"{Root}/{pid}/comm", out ReadOnlySpan<byte> text, out _) ? Encoding.UTF8.GetString(text).TrimEnd('\n') : null;

    /// <summary>The command line of a process with blanks between the arguments, or null when it is gone.</summary>
    public string? CommandLine(int pid) => Arguments(pid) is { } arguments ? string.Join(' ', arguments) : null;

    /// <summary>The arguments of a process from its name on, which may be empty or hold blanks; null when it is gone.</summary>
    /// <remarks>Empty ones at the end are not told: programs that change what is shown fill up with zero bytes.</remarks>
    public string[]? Arguments(int pid) =>
        TryRead($"{Root}/{pid}/cmdline", out ReadOnlySpan<byte> text, out _) ? Encoding.UTF8.GetString(text.TrimEnd((byte)0)).Split('\0') : null;

    /// <summary>The file a process executes, or null when that cannot be told.</summary>
    public string? Executable(int pid)
    {
        try
        {
            return new FileInfo($"{Root}/{pid}/exe").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>State, parent and flags of a process.</summary>
    /// <returns>False when there is no such process.</returns>
    public bool TryReadStat(int pid, out ProcessStat stat) => TryReadStat($"{Root}/{pid}", out stat);

    /// <summary>State, parent and flags of a process, or the reason why they cannot be read.</summary>
    internal bool TryReadStat(int pid, out ProcessStat stat, out Errno errno)
    {
        stat = default;
        return TryRead($"{Root}/{pid}/stat", out ReadOnlySpan<byte> text, out errno) && ProcessStat.TryParse(text, out stat);
    }

    /// <summary>State, parent and flags from the folder of a process or of one of its threads.</summary>
    internal bool TryReadStat(string folder, out ProcessStat stat)
    {
        stat = default;
        return TryRead($"{folder}/stat", out ReadOnlySpan<byte> text, out _) && ProcessStat.TryParse(text, out stat);
    }

    /// <summary>Whether this process may read the mappings in the folder of a process.</summary>
    internal static bool TryOpenMappings(string folder, out Errno errno)
    {
        int fd = LibC.open($"{folder}/maps", LibC.O_RDONLY | LibC.O_CLOEXEC);
        errno = fd < 0 ? ErrnoExtensions.Last() : Errno.None;
        if (fd >= 0)
        {
            _ = LibC.close(fd);
        }

        return fd >= 0;
    }

    /// <summary>The effective user of a process, or null when it is gone.</summary>
    public uint? EffectiveUser(int pid)
    {
        if (!TryRead($"{Root}/{pid}/status", out ReadOnlySpan<byte> text, out _))
        {
            return null;
        }

        int at = text.IndexOf("\nUid:\t"u8);
        if (at < 0)
        {
            return null;
        }

        ReadOnlySpan<byte> fields = text[(at + 6)..];
        int tab = fields.IndexOf((byte)'\t');
        return tab >= 0 && Utf8Parser.TryParse(fields[(tab + 1)..], out uint uid, out _) ? uid : null;
    }

    /// <summary>Adds the children of a process that live now, those of all its threads, to <paramref name="children"/>.</summary>
    /// <remarks>From /proc/PID/task/TID/children (needs CONFIG_PROC_CHILDREN, which all distributions set).</remarks>
    public void AddChildren(int pid, List<int> children)
    {
        foreach (int tid in Threads(pid))
        {
            if (!TryRead($"{Root}/{pid}/task/{tid}/children", out ReadOnlySpan<byte> text, out _))
            {
                continue;
            }

            while (Utf8Parser.TryParse(text.TrimStart((byte)' '), out int child, out int used))
            {
                children.Add(child);
                text = text.TrimStart((byte)' ')[used..];
            }
        }
    }

    /// <summary>The threads of a process; empty when it is gone.</summary>
    public List<int> Threads(int pid)
    {
        List<int> threads = [];
        try
        {
            foreach (string folder in Directory.EnumerateDirectories($"{Root}/{pid}/task"))
            {
                if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out int tid))
                {
                    threads.Add(tid);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile: it has no threads.
        }

        return threads;
    }

    /// <summary>Reads a whole file of /proc, whose length is only known once it is read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">The contents, valid until the next call; empty after a failure.</param>
    /// <param name="errno">The failure.</param>
    internal unsafe bool TryRead(string path, out ReadOnlySpan<byte> text, out Errno errno)
    {
        text = default;
        errno = Errno.None;
        int fd = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (fd < 0)
        {
            errno = ErrnoExtensions.Last();
            return false;
        }

        int length = 0;
        try
        {
            while (true)
            {
                if (length == _buffer.Length)
                {
                    if (length >= MaxFileSize)
                    {
                        errno = Errno.E2BIG;
                        return false;
                    }

                    Array.Resize(ref _buffer, length * 2);
                }

                nint got;
                fixed (byte* p = &_buffer[length])
                {
                    got = LibC.read(fd, p, (nuint)(_buffer.Length - length));
                }

                if (got < 0)
                {
                    errno = ErrnoExtensions.Last();
                    if (errno == Errno.EINTR)
                    {
                        continue;
                    }

                    return false;
                }

                if (got == 0)
                {
                    break;
                }

                length += (int)got;
            }
        }
        finally
        {
            LibC.close(fd);
        }

        text = _buffer.AsSpan(0, length);
        return true;
    }
}
