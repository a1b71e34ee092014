using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.DebugFs;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.KernelDamon.Sysfs;

namespace Damon.Linux.KernelDamon;

/// <summary>The kernel's own DAMON, for programs that want it to monitor in place of the engine.</summary>
public static class KernelBackends
{
    internal const string UsualAdmin = "/sys/kernel/mm/damon/admin";
    internal const string UsualDebugFs = "/sys/kernel/debug/damon";
    internal const string UsualTracing = "/sys/kernel/tracing";
    internal const string UsualModules = "/sys/module";

    /// <summary>Its interfaces, the best first. Nothing is looked at yet: ask <see cref="IDamonBackend.WhyNot(MonitoringRequest)"/>.</summary>
    /// <param name="notes">A folder where this program may note what it has changed there, so that a later run can give back what a killed one left: best on a
    /// file system that a restart empties.</param>
    public static IReadOnlyList<IDamonBackend> All(string notes = OwnershipNotes.UsualFolder) =>
        At(UsualAdmin, UsualDebugFs, UsualTracing, UsualModules, notes);

    /// <summary>The interfaces of a kernel whose files are elsewhere.</summary>
    internal static IReadOnlyList<IDamonBackend> At(string admin, string debugfs, string tracefs, string modules, string notes) =>
        [new SysfsBackend(admin, tracefs, modules, notes), new DebugFsBackend(debugfs, tracefs, notes)];
}
