using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.KernelDamon.Sysfs;
using Damon.Linux.Processes;
using Damon.Linux.Tests.KernelDamon.Models;
using Damon.Schemes;

namespace Damon.Linux.Tests.KernelDamon;

/// <summary>A kernel with the sysfs interface, its events and modules, and a folder for notes.</summary>
sealed class KernelBench : IDisposable
{
    public KernelBench(string version, params string[] events)
    {
        Sysfs = new SysfsModel(version, Faults);
        Trace = new TraceModel(Faults, events);
        Modules = new ModelFiles("/model/module", Faults);
        Notes = new OwnershipNotes(Folder.Path, new ProcFileSystem());
    }

    public ModelFaults Faults { get; } = new();

    public SysfsModel Sysfs { get; }

    public TraceModel Trace { get; }

    public ModelFiles Modules { get; }

    public TemporaryFolder Folder { get; } = new();

    public OwnershipNotes Notes { get; }

    /// <summary>Called instead of every wait.</summary>
    public Action OnSleep { get; set; } = static () => { };

    public SysfsBackend Backend(SnapshotOrigin origin = SnapshotOrigin.Auto) => new(Sysfs, Trace, Modules, Notes, _ => OnSleep()) { Origin = origin };

    public static MonitoringRequest Request(params Scheme[] schemes) => new()
    {
        Context = new ContextSpecification { Targets = [new ContextTarget { Pid = 187 }], Schemes = schemes },
    };

    public static MonitoringRequest TwoTargets() => new()
    {
        Context = new ContextSpecification { Targets = [new ContextTarget { Pid = 187 }, new ContextTarget { Pid = 188 }] },
    };

    /// <summary>Nothing of ours is there any more.</summary>
    public void AssertClean()
    {
        Assert.Equal("0", Sysfs.Says("kdamonds/nr_kdamonds"));
        Assert.Empty(Trace.Instances.Children);
        Assert.Empty(Notes.Names());
    }

    public void Dispose() => Folder.Dispose();
}
