using System.Globalization;
using Damon.Linux.Native;

namespace Damon.Linux.KernelDamon.Tracing;

/// <summary>A tracing instance of one's own: buffers that nobody else reads or fills.</summary>
internal sealed class TraceInstance : IDisposable
{
    const string Instances = "instances";
    const string EventFolder = "events/damon";

    readonly KernelTree _tree;
    bool _isRemoved;

    TraceInstance(KernelTree tree, string path)
    {
        _tree = tree;
        Path = path;
    }

    /// <summary>The folder, below that of tracefs.</summary>
    public string Path { get; }

    /// <summary>The folder that a process makes.</summary>
    public static string PathOf(int pid) => string.Create(CultureInfo.InvariantCulture, $"{Instances}/damo-{pid}");

    /// <summary>Whether the kernel has an event of DAMON, and tracing instances.</summary>
    /// <returns>Null when it has, or the reason why it cannot be used.</returns>
    public static string? WhyNot(KernelTree tree, string name) =>
        !tree.Exists(Instances) ? $"no '{tree.PathOf(Instances)}' (tracefs is not mounted there, or not to be seen without being root)"
        : !tree.Exists($"{EventFolder}/{name}") ? $"the kernel has no event damon:{name} ('{tree.PathOf(EventFolder)}')"
        : null;

    /// <summary>Makes an instance for this process.</summary>
    /// <exception cref="KernelDamonException">It cannot be made.</exception>
    public static TraceInstance Create(KernelTree tree, int pid)
    {
        string path = PathOf(pid);
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

    /// <summary>Only events of this thread are traced from now on: other kdamonds write the same ones.</summary>
    /// <exception cref="KernelDamonException">The kernel refuses.</exception>
    public void LimitTo(int kernelPid) => _tree.Write($"{Path}/set_event_pid", kernelPid.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether an event is there.</summary>
    public bool Has(string name) => _tree.Exists($"{Path}/{EventFolder}/{name}/enable");

    /// <summary>Starts to trace an event.</summary>
    /// <exception cref="KernelDamonException">The kernel refuses.</exception>
    public void Enable(string name) => _tree.Write($"{Path}/{EventFolder}/{name}/enable", "1");

    /// <summary>Opens the text of the events.</summary>
    /// <exception cref="KernelDamonException">It cannot be opened.</exception>
    public IKernelPipe OpenPipe()
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
            Remove(_tree, Path);
            _isRemoved = true;
        }
    }

    /// <summary>Removes an instance, if it is there. To be used for one's own only.</summary>
    /// <exception cref="KernelDamonException">It cannot be removed.</exception>
    public static void Remove(KernelTree tree, string path)
    {
        if (tree.IsGone(path))
        {
            return;
        }

        // Removing it also ends its events; this only makes the end certain where somebody keeps it open.
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
}
