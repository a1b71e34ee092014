using System.Globalization;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Native;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>One kdamond of the kernel, by the files of its folder. For one's own, unless only what looks is used.</summary>
/// <remarks>Several threads may use it at once: commands to the kernel come one after the other.</remarks>
sealed class SysfsKdamond(KernelTree tree, int index)
{
    /// <summary>Folders of regions that are read at most; kernels make as many as there are regions.</summary>
    const int MaxRegions = 1 << 22;

    readonly Lock _gate = new();
    readonly string _path = string.Create(CultureInfo.InvariantCulture, $"kdamonds/{index}");
    readonly List<int> _regions = [];
    readonly List<string> _names = [];
    KdamondSpecification? _put;

    /// <summary>Its number.</summary>
    public int Index { get; } = index;

    /// <summary>Its folder.</summary>
    public SysfsFolder Folder => new(tree, _path);

    /// <summary>Whether it runs.</summary>
    public bool IsOn => tree.Read($"{_path}/state") == "on";

    /// <summary>The pid of its thread; -1 while it does not run.</summary>
    public int Pid => tree.ReadCount($"{_path}/pid");

    /// <summary>See <see cref="IKernelFiles.Identity"/>: tells whether this is still the same kdamond.</summary>
    public ulong Identity => tree.Identity(_path);

    /// <summary>Makes the files say what is wanted. To be used before a start; for changes see <see cref="Commit"/>.</summary>
    /// <exception cref="KernelDamonException">It cannot be had from this kernel.</exception>
    public void Configure(KdamondSpecification specification)
    {
        lock (_gate)
        {
            SysfsParameters.Put(Folder, specification);
            _put = specification;
        }
    }

    /// <summary>Changes what a running kdamond does; what it has found so far stays.</summary>
    /// <exception cref="KernelDamonException">It cannot be had from this kernel. Those before 6.15 may have taken a part of it.</exception>
    public void Commit(KdamondSpecification specification)
    {
        lock (_gate)
        {
            Require(SysfsCommand.Commit);

            // The files still say with which intervals it began: by a commit they would hold again.
            bool isTuned = _put?.Contexts is [{ IntervalsGoal.Aggregations: > 0 } before]
                && specification.Contexts is [{ IntervalsGoal.Aggregations: > 0 } after]
                && (before.Attributes.SampleUs, before.Attributes.AggregationUs) == (after.Attributes.SampleUs, after.Attributes.AggregationUs);
            if (isTuned)
            {
                Do(SysfsCommand.UpdateTunedIntervals);
            }

            SysfsParameters.Put(Folder, specification, isTuned);
            Do(SysfsCommand.Commit);

            // Kernels before 6.15 take what they cannot do without a word, and end (seen on 6.12, with a process that does not exist).
            if (!IsOn)
            {
                throw new KernelDamonException(
                    $"the kdamond '{tree.PathOf(_path)}' has ended at a change of its parameters: a process to monitor may have ended");
            }

            _put = specification;
        }
    }

    /// <summary>Gives it a command.</summary>
    /// <exception cref="KernelDamonException">This kernel does not know the command, or the kdamond cannot do it.</exception>
    public void Do(SysfsCommand command)
    {
        lock (_gate)
        {
            Require(command);
            tree.Write($"{_path}/state", command.Word(), Hint(command));
        }
    }

    /// <summary>Whether the kernel knows a command, by what else came with it.</summary>
    public bool Knows(SysfsCommand command) => command.Evidence() is not { } file || tree.Exists($"{_path}/{file}");

    /// <summary>Stops it, if it runs.</summary>
    /// <exception cref="KernelDamonException">It goes on.</exception>
    public void Stop()
    {
        lock (_gate)
        {
            if (!IsOn)
            {
                return;
            }

            // Its targets may be gone at the same moment, and it with them: then there is nothing to stop.
            Errno errno = tree.TryWrite($"{_path}/state", SysfsCommand.Off.Word());
            if (errno != Errno.None && IsOn)
            {
                throw tree.Refused($"{_path}/state", SysfsCommand.Off.Word(), errno);
            }
        }
    }

    /// <summary>The statistics of its first schemes.</summary>
    /// <param name="count">Of how many schemes.</param>
    /// <exception cref="KernelDamonException">It does not run, or its files are gone.</exception>
    public SnapshotSchemeStatistics[] ReadStatistics(int count)
    {
        lock (_gate)
        {
            if (count > 0)
            {
                Do(SysfsCommand.UpdateSchemesStats);
            }

            SnapshotSchemeStatistics[] statistics = new SnapshotSchemeStatistics[count];
            for (int i = 0; i < count; i++)
            {
                statistics[i] = ReadFetchedStatistics(i);
            }

            return statistics;
        }
    }

    /// <summary>The statistics that the files of a scheme hold, as they were fetched last.</summary>
    public SnapshotSchemeStatistics ReadFetchedStatistics(int scheme)
    {
        string stats = string.Create(CultureInfo.InvariantCulture, $"{_path}/contexts/0/schemes/{scheme}/stats");
        return new SnapshotSchemeStatistics(
            tree.ReadNumber($"{stats}/nr_tried"),
            tree.ReadNumber($"{stats}/sz_tried"),
            tree.ReadNumber($"{stats}/nr_applied"),
            tree.ReadNumber($"{stats}/sz_applied"),
            Later($"{stats}/sz_ops_filter_passed"),
            tree.ReadNumber($"{stats}/qt_exceeds"),
            Later($"{stats}/nr_snapshots"),
            Later($"{stats}/max_nr_snapshots"));
    }

    /// <summary>Adds the regions that a scheme was tried on, as they were fetched last, to the target of a snapshot that was started last.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="snapshot">Gets the regions, in the order of the kernel.</param>
    /// <param name="unit">Bytes of a unit of addresses.</param>
    public void AddTriedRegions(int scheme, Snapshot snapshot, ulong unit = 1)
    {
        string folder = string.Create(CultureInfo.InvariantCulture, $"{_path}/contexts/0/schemes/{scheme}/tried_regions");
        _names.Clear();
        _regions.Clear();
        Errno errno = tree.Files.List(folder, _names);
        if (errno != Errno.None)
        {
            throw new KernelDamonException($"'{tree.PathOf(folder)}' cannot be read: {errno.ToText()}", errno);
        }

        foreach (string name in _names)
        {
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && _regions.Count < MaxRegions)
            {
                _regions.Add(number);
            }
        }

        _regions.Sort();
        foreach (int number in _regions)
        {
            string region = string.Create(CultureInfo.InvariantCulture, $"{folder}/{number}");
            ulong nrAccesses = tree.ReadNumber($"{region}/nr_accesses");
            ulong age = tree.ReadNumber($"{region}/age");
            snapshot.AddRegion(new SnapshotRegion(
                Bytes(tree.ReadNumber($"{region}/start"), unit),
                Bytes(tree.ReadNumber($"{region}/end"), unit),
                (uint)Math.Min(nrAccesses, uint.MaxValue),
                (int)Math.Min(age, int.MaxValue)));
            ulong passed = Later($"{region}/sz_filter_passed");
            if (passed > 0)
            {
                snapshot.SetFilterPassed(passed);
            }
        }
    }

    static ulong Bytes(ulong address, ulong unit) => (ulong)UInt128.Min((UInt128)address * unit, ulong.MaxValue);

    ulong Later(string path) =>
        tree.ReadIfThere(path) is { } text && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : 0;

    void Require(SysfsCommand command)
    {
        // What came with a command may lie below a scheme, of which there may be none.
        if (!Knows(command) && (!command.Evidence()!.Contains("/schemes/0", StringComparison.Ordinal) || tree.Exists($"{_path}/contexts/0/schemes/0")))
        {
            throw new KernelDamonException(
                $"this kernel's DAMON does not know '{command.Word()}' (there is no '{tree.PathOf(_path)}/{command.Evidence()}'): Linux has it since "
                    + $"{command.Since()}",
                Errno.ENOENT);
        }
    }

    static string? Hint(SysfsCommand command) => command switch
    {
        SysfsCommand.On =>
            "a process to monitor may have ended, or another user of the kernel's DAMON (damon_reclaim, damon_lru_sort, damon_stat) may want it alone",
        SysfsCommand.Commit => "a process to monitor may have ended, or the kdamond itself",
        SysfsCommand.Off => null,
        _ => "the kdamond may have ended",
    };
}
