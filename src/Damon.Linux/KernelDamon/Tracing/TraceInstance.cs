using System.Globalization;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damon.Linux.KernelDamon.Tracing;

/// <summary>A tracing instance of our own: buffers of the kernel's events that no other process reads or fills. Disposing it removes it.</summary>
/// <remarks>
/// What others trace, the global buffers among it, is never touched. An instance outlives a process that is killed, with its events on;
/// <see cref="Open"/> removes those of processes that are gone. For one thread at a time.
/// </remarks>
public sealed class TraceInstance : IDisposable
{
    const string Instances = "instances";
    const string EventFolder = "events";
    const string DamonEvents = "events/damon";

    readonly KernelTree _tree;
    IKernelPipe? _pipe;
    bool _isRemoved;

    TraceInstance(KernelTree tree, string path)
    {
        _tree = tree;
        Path = path;
    }

    /// <summary>The folder, below that of tracefs.</summary>
    public string Path { get; }

    /// <summary>The folder that this tool makes.</summary>
    internal static string PathOf(int pid) => string.Create(CultureInfo.InvariantCulture, $"{Instances}/damo-{pid}");

    /// <summary>Whether the kernel has an event of DAMON, and tracing instances.</summary>
    /// <returns>Null when it has, or the reason why it cannot be used.</returns>
    internal static string? WhyNot(KernelTree tree, string name) =>
        NoInstances(tree) ?? (!tree.Exists($"{DamonEvents}/{name}") ? $"the kernel has no event damon:{name} ('{tree.PathOf(DamonEvents)}')" : null);

    /// <summary>Makes an instance <c>program-PID</c>; what killed processes left under that program's name is removed.</summary>
    /// <param name="tracefs">Where tracefs is mounted, usually <c>/sys/kernel/tracing</c>.</param>
    /// <param name="program">What the instance is named after: letters, digits and underscores.</param>
    /// <exception cref="KernelDamonException">It cannot be made; the message says why, in one line.</exception>
    public static TraceInstance Open(string tracefs, string program)
    {
        ArgumentException.ThrowIfNullOrEmpty(tracefs);
        if (string.IsNullOrEmpty(program) || !program.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw new ArgumentException($"'{program}' cannot name a tracing instance; only letters, digits and underscores can.", nameof(program));
        }

        KernelTree tree = new(new KernelFolder(tracefs));
        if (NoInstances(tree) is { } fault)
        {
            throw new KernelDamonException(fault);
        }

        RemoveLeft(tree, program);
        return CreateAt(tree, string.Create(CultureInfo.InvariantCulture, $"{Instances}/{program}-{Environment.ProcessId}"));
    }

    /// <summary>Makes an instance for this process.</summary>
    /// <exception cref="KernelDamonException">It cannot be made.</exception>
    internal static TraceInstance Create(KernelTree tree, int pid) => CreateAt(tree, PathOf(pid));

    static string? NoInstances(KernelTree tree) =>
        tree.Exists(Instances) ? null : $"no '{tree.PathOf(Instances)}' (tracefs is not mounted there, or not to be seen without being root)";

    static TraceInstance CreateAt(KernelTree tree, string path)
    {
        Errno errno = tree.Files.MakeFolder(path);

        // Its name has our pid: it was left by a process that had that pid before.
        if (errno == Errno.EEXIST)
        {
            Remove(tree, path);
            errno = tree.Files.MakeFolder(path);
        }

        if (errno != Errno.None)
        {
            throw new KernelDamonException($"no tracing instance '{tree.PathOf(path)}' can be made: {errno.ToText()}", errno);
        }

        TraceInstance instance = new(tree, path);
        try
        {
            // The clock of everything else here; the usual one differs between processors.
            tree.Write($"{path}/trace_clock", "mono");
            return instance;
        }
        catch (KernelDamonException)
        {
            instance.Dispose();
            throw;
        }
    }

    /// <summary>Only events of this thread are traced from now on.</summary>
    /// <exception cref="KernelDamonException">The kernel refuses.</exception>
    public void LimitTo(int kernelPid) => _tree.Write($"{Path}/set_event_pid", kernelPid.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether an event is there.</summary>
    /// <param name="name">Its subsystem and name, such as <c>filemap/mm_filemap_fault</c>.</param>
    public bool Has(string name) => _tree.Exists($"{Path}/{EventFolder}/{name}/enable");

    /// <summary>Starts to trace an event.</summary>
    /// <param name="name">Its subsystem and name, such as <c>filemap/mm_filemap_fault</c>.</param>
    /// <param name="filter">Which of them, by the kernel's rules such as <c>i_ino == 7</c>; null for all.</param>
    /// <exception cref="KernelDamonException">The kernel refuses.</exception>
    public void Enable(string name, string? filter = null)
    {
        if (filter is not null)
        {
            _tree.Write($"{Path}/{EventFolder}/{name}/filter", filter);
        }

        _tree.Write($"{Path}/{EventFolder}/{name}/enable", "1");
    }

    /// <summary>Takes what has come since the last time out of the buffers, as lines of text in order of time, without waiting.</summary>
    /// <param name="buffer">Where to; whole lines where a page (4096 bytes) or more is given, as far as the kernel cuts by lines.</param>
    /// <returns>Number of bytes; 0 when there is nothing now.</returns>
    /// <exception cref="KernelDamonException">It cannot be read.</exception>
    public int Read(Span<byte> buffer)
    {
        _pipe ??= OpenPipe();
        Errno errno = _pipe.Read(buffer, out int count);
        return errno == Errno.None ? count : throw new KernelDamonException($"'{_tree.PathOf(Path)}/trace_pipe' cannot be read: {errno.ToText()}", errno);
    }

    /// <summary>Opens the text of the events.</summary>
    /// <exception cref="KernelDamonException">It cannot be opened.</exception>
    internal IKernelPipe OpenPipe()
    {
        Errno errno = _tree.Files.OpenPipe($"{Path}/trace_pipe", out IKernelPipe? pipe);
        return errno == Errno.None ? pipe! : throw new KernelDamonException($"'{_tree.PathOf(Path)}/trace_pipe' cannot be opened: {errno.ToText()}", errno);
    }

    /// <summary>Events that came while the buffers were full, of all processors.</summary>
    public long CountLost()
    {
        long lost = 0;
        List<string> processors = [];
        _ = _tree.Files.List($"{Path}/per_cpu", processors);
        foreach (string processor in processors)
        {
            if (_tree.TryRead($"{Path}/per_cpu/{processor}/stats", out string text) != Errno.None)
            {
                continue;
            }

            foreach (string line in text.Split('\n'))
            {
                int colon = line.IndexOf(':');
                if (colon > 0 && line[..colon] is "overrun" or "commit overrun" or "dropped events"
                    && long.TryParse(line.AsSpan(colon + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                {
                    lost += number;
                }
            }
        }

        return lost;
    }

    /// <summary>Removes the instance.</summary>
    public void Dispose()
    {
        if (!_isRemoved)
        {
            // An instance with a reader cannot be removed.
            _pipe?.Dispose();
            Remove(_tree, Path);
            _isRemoved = true;
        }
    }

    /// <summary>Removes an instance, if it is there. To be used for one's own only.</summary>
    /// <exception cref="KernelDamonException">It cannot be removed.</exception>
    internal static void Remove(KernelTree tree, string path)
    {
        if (tree.IsGone(path))
        {
            return;
        }

        // Removing it also ends its events; this only makes the end certain where another process keeps it open.
        _ = tree.TryWrite($"{path}/{EventFolder}/enable", "0");
        Errno errno = Errno.None;
        for (int left = 10; left > 0; left--)
        {
            errno = tree.Files.RemoveFolder(path);
            if (errno == Errno.None || (errno == Errno.ENOENT && tree.IsGone(path)))
            {
                return;
            }
        }

        throw new KernelDamonException($"the tracing instance '{tree.PathOf(path)}' cannot be removed: {errno.ToText()}; remove it by rmdir", errno);
    }

    static void RemoveLeft(KernelTree tree, string program)
    {
        ProcFileSystem proc = new();
        List<string> names = [];
        _ = tree.Files.List(Instances, names);
        foreach (string name in names)
        {
            if (name.StartsWith(program + "-", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(program.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && !System.IO.Path.Exists(string.Create(CultureInfo.InvariantCulture, $"{proc.Root}/{pid}")))
            {
                // No more than that: one which a process in another pid namespace reads is busy, and stays.
                _ = tree.Files.RemoveFolder($"{Instances}/{name}");
            }
        }
    }
}
