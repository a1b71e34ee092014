using System.Globalization;
using Damon.Linux.AccessChecks;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Operations;

/// <summary>What this test program is when a test starts it as an ordinary user: it monitors a process of its own, and tries a foreign one.</summary>
static class UnprivilegedMonitor
{
    /// <summary>The first argument, before the pid of a process of another user.</summary>
    internal const string Switch = "--unprivileged-monitor";

    internal static bool TryRun(string[] arguments, out int exitCode)
    {
        exitCode = 0;
        if (arguments is not [Switch, var foreign])
        {
            return false;
        }

        using TargetProcess target = TargetProcess.Start();
        AddressRange hot = target.Map("anon", 16 * TargetProcess.MiB);
        target.Loop(hot, 1);
        using (IAccessChecker best = AccessCheckers.Choose(null))
        {
            Console.WriteLine($"best: {best.Kind.Name()}");
        }

        using MonitoringRun run = new(AccessCheckKind.ClearRefs, [target.Pid]);
        run.WaitUntil("hot memory", s => MonitoringRun.Heat(s, hot) > 0.25);
        Console.WriteLine("hot memory seen");

        using VirtualOperations operations = new(AccessCheckers.Create(AccessCheckKind.ClearRefs), new ProcFileSystem());
        try
        {
            operations.OpenTarget(int.Parse(foreign, CultureInfo.InvariantCulture));
            Console.WriteLine("foreign: opened");
        }
        catch (TargetOpenException e)
        {
            Console.WriteLine($"foreign: {e.Message}");
        }

        return true;
    }
}
