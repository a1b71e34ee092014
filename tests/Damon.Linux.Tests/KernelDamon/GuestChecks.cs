using System.Diagnostics;
using System.Globalization;
using Damon.Linux.Backends;
using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.Features;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.KernelDamon.Sysfs;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Linux.Tests.KernelDamon.Models;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Tests.KernelDamon;

/// <summary>
/// The client of sysfs against a real kernel, in a virtual machine and nowhere else: prints <c>PASS</c> or <c>FAIL</c> for each check, and ends
/// with 0 when nothing failed. See tests/vm/kernel-damon.
/// </summary>
static class GuestChecks
{
    const string Switch = "--guest-kernel-damon";
    const string Admin = "/sys/kernel/mm/damon/admin";
    const string Tracing = "/sys/kernel/tracing";
    const string Modules = "/sys/module";

    static readonly MonitoringAttributes s_attributes = new() { SampleUs = 10_000, AggregationUs = 200_000, MinNrRegions = 40 };
    static int s_failures;

    internal static bool TryRun(string[] arguments, out int exitCode)
    {
        exitCode = 0;
        if (arguments is not [Switch, var command, ..])
        {
            return false;
        }

        if (!IsGuest())
        {
            Console.Error.WriteLine("This is no guest of the lab: these checks change the kernel's DAMON, and run nowhere else.");
            exitCode = 125;
            return true;
        }

        KernelFolder.Forbidden = null;
        if (command == "hold")
        {
            Hold(int.Parse(arguments[2], CultureInfo.InvariantCulture));
            return true;
        }

        RunAll(command);
        Console.WriteLine($"{s_failures} failures");
        exitCode = s_failures > 0 ? 1 : 0;
        return true;
    }

    /// <summary>The lab says so in three ways that no other machine has together.</summary>
    static bool IsGuest() =>
        Environment.MachineName == "lab"
            && Directory.Exists("/run/lab")
            && File.ReadAllText("/proc/cmdline").Contains("rdinit=/init", StringComparison.Ordinal);

    static SysfsBackend Backend(SnapshotOrigin origin = SnapshotOrigin.Auto) =>
        new(new KernelFolder(Admin), new KernelFolder(Tracing), new KernelFolder(Modules), Notes()) { Origin = origin };

    static OwnershipNotes Notes() => new(OwnershipNotes.UsualFolder, new ProcFileSystem());

    static void Check(string what, bool passes, string detail = "")
    {
        Console.WriteLine($"{(passes ? "PASS" : "FAIL")}  {what}{(detail.Length > 0 ? ": " + detail : "")}");
        s_failures += passes ? 0 : 1;
    }

    static void Do(string what, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Check(what, false, e.ToString());
        }

        string count = File.ReadAllText($"{Admin}/kdamonds/nr_kdamonds").Trim();
        int instances = Directory.GetDirectories($"{Tracing}/instances").Length;
        Check(
            $"nothing is left after: {what}",
            count == "0" && instances == 0 && Notes().Names().Count == 0,
            $"nr_kdamonds {count}, {instances} tracing instances, {Notes().Names().Count} notes");
        if (count != "0")
        {
            File.WriteAllText($"{Admin}/kdamonds/nr_kdamonds", "0");
        }
    }

    static void RunAll(string version)
    {
        Console.WriteLine($"kernel {new ProcFileSystem().KernelRelease()}, model {version}");
        Do("the model answers as the kernel does", () => CompareAnswers(version));
        Do("the model has the files of the kernel", () => CompareFiles(version));
        using TargetProcess target = TargetProcess.Start();
        AddressRange cold = target.Map("anon", 16 * TargetProcess.MiB);
        AddressRange hot = target.Map("anon", 4 * TargetProcess.MiB);
        target.Touch(cold);
        target.Loop(hot, 20);
        using TargetProcess second = TargetProcess.Start();
        Do("snapshots by the event", () => Watch(SnapshotOrigin.Event, [target.Pid], hot, cold));
        Do("snapshots by the event, two targets", () => Watch(SnapshotOrigin.Event, [target.Pid, second.Pid], hot, cold));
        if (Version.Parse(version) >= new Version(6, 2))
        {
            Do("snapshots by tried regions", () => Watch(SnapshotOrigin.TriedRegions, [target.Pid], hot, cold));
        }

        if (Version.Parse(version) >= new Version(6, 6))
        {
            Do("snapshots by tried regions, two targets", () => Watch(SnapshotOrigin.TriedRegions, [target.Pid, second.Pid], hot, cold));
        }

        Do("a change while it runs", () => Change(target.Pid));
        Do("twenty schemes", () => Twenty(target.Pid));
        Do("a kdamond of somebody else", Foreign);
        Do("a killed run", () => Kill(target.Pid));
        Do("targets that end", () =>
        {
            using IMonitoringRun run = Backend().Open(Request([second.Pid]));
            run.Start();
            using Timer end = new(_ => second.Kill(), null, 1500, Timeout.Infinite);
            KdamondEnd reason = run.Watch(new KeepingObserver());
            Check("a run ends with its targets", reason == KdamondEnd.TargetsGone, reason.ToString());
        });
        foreach (KernelFeature feature in new KernelFeatures(
            new KernelFolder(Admin),
            new KernelFolder("/sys/kernel/debug/damon"),
            new KernelFolder(Tracing),
            new KernelFolder(Modules)).Look())
        {
            Console.WriteLine($"      {feature.Name}: {feature.Supported?.ToString() ?? "unknown"} ({feature.Since}) {feature.Why}");
        }
    }

    static MonitoringRequest Request(IReadOnlyList<int> pids, params Scheme[] schemes) => new()
    {
        Context = new ContextSpecification { Attributes = s_attributes, Targets = [.. pids.Select(p => new ContextTarget { Pid = p })], Schemes = schemes },
    };

    static void Watch(SnapshotOrigin origin, int[] pids, AddressRange hot, AddressRange cold)
    {
        // Without a limit by size the scheme of the request is tried on everything, too.
        using IMonitoringRun run = Backend(origin).Open(Request(pids, new Scheme { Pattern = new AccessPattern { MinSize = 4096 } }));
        run.Start();
        Console.WriteLine("      " + run.Description);
        KeepingObserver observer = new();
        using Timer end = new(_ => run.RequestStop(), null, 8000, Timeout.Infinite);
        KdamondEnd reason = run.Watch(observer);
        SnapshotSchemeStatistics statistics = run.ReadSchemeStatistics()[0];
        double[] means = [.. new[] { hot, cold }.Select(r => Mean(observer.Snapshots, r))];
        string ids = observer.Snapshots.Count > 0
            ? string.Join(
                ' ',
                Enumerable.Range(0, observer.Snapshots[^1].NrTargets).Select(i => $"{observer.Snapshots[^1][i].Id}={observer.Snapshots[^1][i].Regions.Length}"))
            : "";
        Check(
            $"{origin}, {pids.Length} targets: snapshots come",
            reason == KdamondEnd.Stopped && observer.Snapshots.Count >= (origin == SnapshotOrigin.Event ? 10 : 3),
            $"{observer.Snapshots.Count} in 8 s, regions {ids}, tried {statistics.NrTried}");
        Check($"{origin}, {pids.Length} targets: all of them", observer.Snapshots.Count > 1 && observer.Snapshots[1..].All(s => s.NrTargets == pids.Length));
        Console.WriteLine(
            "      "
                + string.Join(
                    ' ',
                    observer.Snapshots.Select(s =>
                        string.Create(CultureInfo.InvariantCulture, $"{s.TimeNs / 1e9 % 100:0.00}:{Mean([s], hot):0.0}/{Mean([s], cold):0.0}"))));
        Check(
            $"{origin}, {pids.Length} targets: hot is hotter",
            means[0] > 1 && means[0] > 3 * means[1],
            string.Create(CultureInfo.InvariantCulture, $"hot {means[0]:0.00}, cold {means[1]:0.00} of 20"));
        Check(
            $"{origin}, {pids.Length} targets: the clock is ours",
            observer.Snapshots.Count > 0 && Math.Abs(Stopwatch.GetTimestamp() - observer.Snapshots[^1].TimeNs) < 30_000_000_000);
        foreach (string note in run.Notes)
        {
            Console.WriteLine("      note: " + note);
        }
    }

    static double Mean(List<Snapshot> snapshots, AddressRange range)
    {
        double bytes = 0;
        double sum = 0;
        foreach (Snapshot snapshot in snapshots.Skip(snapshots.Count * 3 / 4))
        {
            foreach (SnapshotRegion region in snapshot[0].Regions)
            {
                ulong start = Math.Max(region.Start, range.Start);
                ulong end = Math.Min(region.End, range.End);
                double part = end > start ? end - start : 0;
                bytes += part;
                sum += part * region.NrAccesses;
            }
        }

        return bytes > 0 ? sum / bytes : -1;
    }

    static void Change(int pid)
    {
        using IMonitoringRun run = Backend().Open(Request([pid], new Scheme()));
        run.Start();
        using Timer change = new(
            _ => run.Change(Request([pid], new Scheme(), new Scheme { Pattern = new AccessPattern { MinSize = 1 << 20 } })),
            null,
            1500,
            Timeout.Infinite);
        using Timer end = new(_ => run.RequestStop(), null, 5000, Timeout.Infinite);
        KeepingObserver observer = new();
        run.Watch(observer);
        IReadOnlyList<SnapshotSchemeStatistics> statistics = run.ReadSchemeStatistics();
        Check("a change while it runs", statistics.Count == 2 && statistics.All(s => s.NrTried > 0), string.Join("; ", statistics));
    }

    static void Twenty(int pid)
    {
        SysfsKdamond kdamond = new SysfsAdmin(new KernelTree(new KernelFolder(Admin))).Create();
        KdamondSpecification specification = new()
        {
            Contexts = [Request(
                [pid],
                [.. Enumerable.Range(0, 20).Select(i => new Scheme { Pattern = new AccessPattern { MinSize = (ulong)i << 12 } })]).Context],
        };
        TimeSpan before = Environment.CpuUsage.TotalTime;
        kdamond.Configure(specification);
        TimeSpan first = Environment.CpuUsage.TotalTime - before;
        before = Environment.CpuUsage.TotalTime;
        kdamond.Configure(specification);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"      {first.TotalMilliseconds:0} ms CPU to write 20 schemes, {(Environment.CpuUsage.TotalTime - before).TotalMilliseconds:0} ms to find "
                    + $"them as they are (emulated processor)"));
        kdamond.Do(SysfsCommand.On);
        Check("twenty schemes run", kdamond.IsOn && kdamond.ReadStatistics(20).Length == 20);
        kdamond.Stop();
        File.WriteAllText($"{Admin}/kdamonds/nr_kdamonds", "0");
    }

    static void Foreign()
    {
        File.WriteAllText($"{Admin}/kdamonds/nr_kdamonds", "1");
        ulong identity = new KernelFolder(Admin).Identity("kdamonds/0");
        string? reason = Backend().WhyNot();
        bool refused = false;
        try
        {
            Backend().Open(Request([1])).Dispose();
        }
        catch (KernelDamonException)
        {
            refused = true;
        }

        Check(
            "a kdamond of somebody else is left alone",
            refused && reason == "the kernel's DAMON has 1 kdamond of somebody else" && new KernelFolder(Admin).Identity("kdamonds/0") == identity,
            reason ?? "no reason");
        File.WriteAllText($"{Admin}/kdamonds/nr_kdamonds", "1");
        Check(
            "a folder made anew has another identity",
            new KernelFolder(Admin).Identity("kdamonds/0") is var other && other != identity && other != 0,
            $"{identity}, {other}");
        File.WriteAllText($"{Admin}/kdamonds/nr_kdamonds", "0");
    }

    static void Hold(int pid)
    {
        using IMonitoringRun run = Backend().Open(Request([pid]));
        run.Start();
        Console.WriteLine("holds");
        run.Watch(new KeepingObserver());
    }

    static void Kill(int pid)
    {
        ProcessStartInfo start = new(
            TargetProgram.Program[0],
            [.. TargetProgram.Program.Skip(1), Switch, "hold", pid.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using Process holder = Process.Start(start)!;
        string? line = holder.StandardOutput.ReadLine();
        Check(
            "another process holds it",
            line == "holds" && Backend().WhyNot() == $"another run of damo has the kernel's DAMON: process {holder.Id}",
            Backend().WhyNot() ?? "no reason");
        Leftover inUse = new Leftovers(Notes()).Look()[0];
        Check("what is in use is left alone", inUse.State == LeftoverState.InUse && new Leftovers(Notes()).Clear()[0].State == LeftoverState.InUse, inUse.Text);
        holder.Kill();
        holder.WaitForExit();
        Leftover left = new Leftovers(Notes()).Look()[0];
        Check("what it left is seen", left.State == LeftoverState.Left && left.Text.Contains("running", StringComparison.Ordinal), left.Text);
        Leftover cleared = new Leftovers(Notes()).Clear()[0];
        Check("what it left is cleared away", cleared.State == LeftoverState.Cleared, cleared.Text);
    }

    static KdamondSpecification Everything(string version)
    {
        Version v = Version.Parse(version);
        return new()
        {
            Contexts =
            [
                new ContextSpecification
                {
                    Attributes = s_attributes,
                    Targets = [new ContextTarget { Pid = 1, Regions = [new(4096, 8192)] }],
                    Schemes =
                    [
                        new Scheme
                        {
                            Action = SchemeAction.PageOut,
                            Filters = v >= new Version(6, 3) ? [new SchemeFilter { Kind = SchemeFilterKind.Memcg, MemcgPath = "/" }] : [],
                            Quota = new SchemeQuota
                            {
                                SizeBytes = 4096,
                                Goals = v >= new Version(6, 8) ? [new QuotaGoal { Metric = QuotaGoalMetric.UserInput, TargetValue = 5, CurrentValue = 3 }] : [],
                            },
                            Watermarks = new Watermarks { Metric = WatermarkMetric.FreeMemoryRate, High = 900, Mid = 500, Low = 10 },
                        },
                        new Scheme(),
                    ],
                },
            ],
        };
    }

    static void CompareFiles(string version)
    {
        SysfsModel model = new(version);
        foreach (IKernelFiles files in new IKernelFiles[] { model, new KernelFolder(Admin) })
        {
            new SysfsAdmin(new KernelTree(files)).Create().Configure(Everything(version));
        }

        SortedSet<string> real = new(StringComparer.Ordinal);
        foreach (string file in Directory.EnumerateFiles(Admin, "*", SearchOption.AllDirectories))
        {
            real.UnionWith(File.ReadAllText(file).TrimEnd('\n').Split('\n').Select(line => $"{file[(Admin.Length + 1)..]}:{line}"));
        }

        // A write-only or odd default would show here too: values are compared with the names.
        string[] missing = [.. real.Except(model.Dump())];
        string[] surplus = [.. model.Dump().Except(real)];
        Check(
            "the model has the files of the kernel, with the same values",
            missing.Length + surplus.Length == 0,
            $"{real.Count} lines; only the kernel: {string.Join(", ", missing.Take(10))}; only the model: {string.Join(", ", surplus.Take(10))}");
        File.WriteAllText($"{Admin}/kdamonds/nr_kdamonds", "0");
    }

    static void CompareAnswers(string version)
    {
        string[] script =
        [
            "kdamonds/nr_kdamonds=-1", "kdamonds/nr_kdamonds=x", "kdamonds/nr_kdamonds=1", "kdamonds/0/state=off", "kdamonds/0/state=on",
            "kdamonds/0/state=foo", "kdamonds/0/state=commit",
            "kdamonds/0/pid=5", "kdamonds/0/contexts/nr_contexts=2", "kdamonds/0/contexts/nr_contexts=1", "kdamonds/0/state=on",
            "kdamonds/0/contexts/0/operations=xaddr", "kdamonds/0/contexts/0/operations=paddr\n", "kdamonds/0/contexts/0/operations=vaddr",
            "kdamonds/0/contexts/0/monitoring_attrs/intervals/sample_us=0x2710", "kdamonds/0/contexts/0/monitoring_attrs/intervals/sample_us=x",
            "kdamonds/0/contexts/0/monitoring_attrs/intervals/sample_us=", "kdamonds/0/contexts/0/monitoring_attrs/intervals/aggr_us=200000\n",
            "kdamonds/0/contexts/0/targets/nr_targets=1", "kdamonds/0/contexts/0/targets/0/pid_target=999999", "kdamonds/0/state=on",
            "kdamonds/0/contexts/0/targets/0/pid_target=1",
            "kdamonds/0/contexts/0/monitoring_attrs/nr_regions/min=2", "kdamonds/0/state=on", "kdamonds/0/contexts/0/monitoring_attrs/nr_regions/min=2000",
            "kdamonds/0/state=on",
            "kdamonds/0/contexts/0/monitoring_attrs/nr_regions/min=10", "kdamonds/0/contexts/0/targets/0/regions/nr_regions=2",
            "kdamonds/0/contexts/0/targets/0/regions/0/start=8192", "kdamonds/0/contexts/0/targets/0/regions/0/end=12288",
            "kdamonds/0/contexts/0/targets/0/regions/1/start=4096", "kdamonds/0/contexts/0/targets/0/regions/1/end=8192", "kdamonds/0/state=on",
            "kdamonds/0/contexts/0/targets/0/regions/nr_regions=0", "kdamonds/0/contexts/0/schemes/nr_schemes=1",
            "kdamonds/0/contexts/0/schemes/0/action=jump", "kdamonds/0/contexts/0/schemes/0/action=pageout",
            "kdamonds/0/contexts/0/schemes/0/watermarks/metric=x",
            "kdamonds/0/contexts/0/schemes/0/watermarks/metric=free_mem_rate", "kdamonds/0/contexts/0/schemes/0/watermarks/low=5", "kdamonds/0/state=on",
            "kdamonds/0/state=off",
            "kdamonds/0/contexts/0/schemes/0/watermarks/metric=none", "kdamonds/0/contexts/0/schemes/0/watermarks/low=0",
            "kdamonds/0/contexts/0/schemes/0/action=stat",
            "kdamonds/0/contexts/0/schemes/0/filters/nr_filters=1", "kdamonds/0/contexts/0/schemes/0/filters/0/type=foo",
            "kdamonds/0/contexts/0/schemes/0/filters/0/matching=maybe",
            "kdamonds/0/contexts/0/schemes/0/filters/nr_filters=0", "kdamonds/0/contexts/0/schemes/0/quotas/goals/nr_goals=1", "kdamonds/0/state=on",
            "kdamonds/0/state=off",
            "kdamonds/0/contexts/0/schemes/0/quotas/goals/nr_goals=0", "kdamonds/0/contexts/0/schemes/0/stats/nr_tried=5",
            "kdamonds/0/state=on", "kdamonds/0/state=on", "kdamonds/nr_kdamonds=1", "kdamonds/0/state=foo", "kdamonds/0/state=commit\n",
            "kdamonds/0/state=update_schemes_stats",
            "kdamonds/0/state=update_schemes_tried_regions", "kdamonds/0/state=clear_schemes_tried_regions", "kdamonds/0/state=update_schemes_effective_quotas",
            "kdamonds/0/state=update_tuned_intervals",
            "kdamonds/0/contexts/0/targets/0/pid_target=999999", "kdamonds/0/state=commit", "kdamonds/0/state=off", "kdamonds/0/state=off",
            "kdamonds/0/state=commit", "kdamonds/nr_kdamonds=0", "kdamonds/0/state=on",
        ];
        SysfsModel model = new(version) { Pids = { 1 } };
        KernelFolder real = new(Admin);
        List<string> differences = [];
        foreach (string step in script)
        {
            int at = step.IndexOf('=');
            Errno kernel = real.Write(step[..at], step[(at + 1)..]);
            Errno ours = model.Write(step[..at], step[(at + 1)..]);
            if (kernel != ours)
            {
                differences.Add($"'{step.TrimEnd('\n')}': kernel {kernel}, model {ours}");
            }
        }

        Check($"{script.Length} writes are answered as by the kernel", differences.Count == 0, string.Join("; ", differences));
    }
}
