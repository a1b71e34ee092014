using Damon.Linux.KernelDamon.DebugFs;
using Damon.Linux.KernelDamon.Sysfs;

namespace Damon.Linux.Backends;

/// <summary>The kernel's own DAMON, for programs that want it to monitor in place of the engine.</summary>
public static class KernelBackends
{
    /// <summary>Its interfaces, the best first. Nothing is looked at yet: ask <see cref="IDamonBackend.WhyNot(MonitoringRequest)"/>.</summary>
    /// <param name="notes">A folder where this program may note what it has changed there, so that a later run can give back what a killed one left: best on a file system that a restart empties.</param>
    public static IReadOnlyList<IDamonBackend> All(string notes = "/run/damo") =>
    [
        new SysfsBackend("/sys/kernel/mm/damon/admin", "/sys/kernel/tracing", "/sys/module", notes),
        new DebugFsBackend("/sys/kernel/debug/damon", "/sys/kernel/tracing", notes),
    ];
}
