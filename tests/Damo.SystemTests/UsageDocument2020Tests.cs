using System.Globalization;
using System.Text.RegularExpressions;
using Damon.Linux.Native;
using Damon.Linux.Tests;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;

namespace Damo.SystemTests;

/// <summary>
/// What the usage document of 2020 shows works as it stands: its command lines in a shell, through pipes, on real processes; its scheme files; its
/// transcripts of debugfs; and what is printed has the form given there.
/// </summary>
public sealed class UsageDocument2020Tests : IDisposable
{
    const string Schemes = """
        # format is:
        # <min/max size> <min/max frequency (0-100)> <min/max age> <action>

        min max    80 max    100ms max    willneed
        min max    10 20     200ms 1h     cold
        min max    0 10      60s max      pageout
        2M max     90 100    100ms max    hugepage
        2M max     0 25      100ms max    nohugepage

        """;

    readonly TemporaryFolder _folder = new();

    public UsageDocument2020Tests()
    {
        Directory.CreateDirectory(_folder.File("bin"));
        File.CreateSymbolicLink(_folder.File("bin/damo"), DamoRun.Binary);
        File.CreateSymbolicLink(_folder.File("damo"), DamoRun.Binary);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_command_in_quotes_is_started_and_its_record_is_in_the_folder()
    {
        using DamoRun run = Shell("damo record \"sleep 5\"\ndamo report raw");
        string record = _folder.File("damon.data");
        Assert.StartsWith($"# damon attrs: 5000 100000 1000000 10 1000  1048576 {record} \nPress Ctrl+C to stop\nstart_time:  ", run.Output);
        Assert.True(File.Exists(record));
        AssertRaw(run.Output[run.Output.IndexOf("start_time", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void A_running_process_found_by_its_name_is_recorded_to_its_end_with_the_attributes_given()
    {
        using DamoRun run = WithSleeper(
            "./damo record -s 4000 -a 80000 -u 800000 -n 20 -m 200 -o my.data `pidof SLEEPER`",
            "my.data",
            "damo report raw -i my.data | head -n 4");
        Assert.Matches(
            $@"^# damon attrs: 4000 80000 800000 20 200  1048576 {Regex.Escape(_folder.File("my.data"))} \nPress Ctrl\+C to stop\nstart_time:  \d+\nrel time:                0\nnr_tasks:  1\npid:  \d+\n$",
            run.Output);
    }

    [Fact]
    public void Physical_memory_is_the_largest_region_of_system_ram_until_it_is_interrupted()
    {
        Assert.SkipUnless(LibC.geteuid() == 0, "physical memory needs root");
        using DamoRun run = DamoRun.Start(_folder.Path, "record", "paddr");
        run.WaitForSnapshots(_folder.File("damon.data"));
        run.Signal(LibC.SIGINT);
        run.WaitForEnd(130);
        using DamoRun report = Shell("damo report raw");
        AssertRaw(report.Output);
        AddressRange largest = File.ReadLines("/proc/iomem")
            .Select(line => Regex.Match(line, "^([0-9a-f]+)-([0-9a-f]+) : System RAM$"))
            .Where(match => match.Success)
            .Select(match => new AddressRange(Hex(match.Groups[1].Value), Hex(match.Groups[2].Value) + 1)).MaxBy(range => range.Size);
        Match[] regions = Regex.Matches(report.Output, "^(?<start>[0-9a-f]{12})-(?<end>[0-9a-f]{12})", RegexOptions.Multiline | RegexOptions.ExplicitCapture)
            .ToArray<Match>();
        Assert.Equal(
            (largest.Start, largest.End),
            (regions.Min(region => Hex(region.Groups["start"].Value)), regions.Max(region => Hex(region.Groups["end"].Value))));
        Assert.Contains("\npid:  -1\n", report.Output);
    }

    [Fact]
    public void Reports_have_the_form_of_the_document()
    {
        using TargetProcess target = Record();

        using DamoRun raw = Shell("damo report raw");
        AssertRaw(raw.Output);

        using DamoRun guide = Shell("damo report heats --guide");
        Match form = Regex.Match(guide.Output, @"^(?:target_id|pid):\d+\ntime: (\d+)-(\d+) \(\d+\)\n(?:region\t? *(\d+): (\d{20})-(\d{20}) \((\d+)\)\n)+$");
        Assert.True(form.Success, guide.Output);
        ulong begin = Number(form.Groups[1].Value);
        ulong end = Number(form.Groups[2].Value);
        int largest = Enumerable.Range(0, form.Groups[6].Captures.Count).MaxBy(i => Number(form.Groups[6].Captures[i].Value));
        ulong start = Number(form.Groups[4].Captures[largest].Value);
        ulong top = Number(form.Groups[5].Captures[largest].Value);

        using DamoRun heats = Shell("damo report heats --tres 3 --ares 3");
        using DamoRun bounded = Shell($"damo report heats --tres 3 --ares 3 --tmin {begin} --tmax {end} --amin {start} --amax {top}");
        Assert.Matches(@"^(\d+\t\d+\t\d+\.\d+\n){9}$", heats.Output);
        Assert.StartsWith("0\t0\t", heats.Output);
        Assert.Equal(heats.Output, bounded.Output);
        string[] cells = [.. heats.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..line.LastIndexOf('\t')])];
        Assert.Equal([.. Enumerable.Range(0, 9).Select(i => $"{(end - begin) / 3 * (ulong)(i / 3)}\t{(top - start) / 3 * (ulong)(i % 3)}")], cells);

        foreach ((string kind, string magic) in (ReadOnlySpan<(string, string)>)[
            ("png", "\u0089PNG"),
            ("pdf", "%PDF-"),
            ("jpeg", "\u00ff\u00d8\u00ff"),
            ("svg", "<?xml"),
        ])
        {
            using DamoRun picture = Shell($"damo report heats --heatmap heatmap.{kind}");
            Assert.StartsWith(magic, System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(_folder.File("heatmap." + kind))), StringComparison.Ordinal);
        }

        using DamoRun wss = Shell("damo report wss");
        ulong[] sizes = WorkingSets(wss.Output, target.Pid, 0, 25, 50, 75, 100);
        Assert.Equal(sizes.Order(), sizes);
        Assert.True(sizes[^1] >= 4 * TargetProcess.MiB, wss.Output);
        using DamoRun byTime = Shell("damo report wss --sortby time");
        Assert.All(WorkingSets(byTime.Output, target.Pid, 0, 25, 50, 75, 100), size => Assert.InRange(size, sizes[0], sizes[^1]));
        using DamoRun range = Shell("damo report wss --range 0 101 10");
        Assert.Equal(11, WorkingSets(range.Output, target.Pid, 0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100).Length);
        using DamoRun plot = Shell("damo report wss --sortby time --plot wss.png");
        Assert.True(new FileInfo(_folder.File("wss.png")).Length > 1000);
    }

    [Fact]
    public void Every_command_has_help()
    {
        foreach (string command in (string[])["", "record", "report", "report raw", "report heats", "report wss", "schemes"])
        {
            using DamoRun run = Shell($"./damo {command} -h");
            Assert.Contains("Usage:\n  damo", run.Output);
            Assert.Equal("", run.Errors);
        }
    }

    [Fact]
    public void The_five_example_schemes_run_as_one_file()
    {
        File.WriteAllText(_folder.File("damon.schemes"), Schemes);
        using TargetProcess target = TargetProcess.Start();
        target.Loop(target.Map("anon", 8 * TargetProcess.MiB), 1);
        using DamoRun run = DamoRun.Start(_folder.Path, "schemes", "--schemes", "damon.schemes", "--record", "schemes.data", $"{target.Pid}");
        WaitForSnapshots(run, "schemes.data", 5);
        run.Signal(LibC.SIGINT);
        run.WaitForEnd(130);
        string[] lines = run.Output.Split('\n');
        Assert.Equal(
            [
                "# scheme: 0 18446744073709551615 16 20 1 4294967295 0",
                "# scheme: 0 18446744073709551615 2 4 2 36000 1",
                "# scheme: 0 18446744073709551615 0 2 600 4294967295 2",
                "# scheme: 2097152 18446744073709551615 18 20 1 4294967295 3",
                "# scheme: 2097152 18446744073709551615 0 5 1 4294967295 4",
            ],
            lines.Where(line => line.StartsWith("# scheme: ", StringComparison.Ordinal)).Select(line => line.Replace('\t', ' ')));
        string[] rows = [.. lines.Where(line => Regex.IsMatch(line, @"^ +\d  "))];
        Assert.Equal(["willneed", "cold", "pageout", "hugepage", "nohugepage"], rows.Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));

        // The last matches the idle memory that every process has, and is what the kernel takes from the process itself only.
        Assert.Matches(@"^ +4  nohugepage +[1-9]\d* +[1-9][^ ]* \S+ +0 ", rows[4]);
        Assert.Single(
            run.SaidLines(),
            line => line.Contains("nohugepage", StringComparison.Ordinal) && line.Contains("--allow-ptrace", StringComparison.Ordinal));
        Assert.False(target.HasExited);

        using DamoRun refused = DamoRun.Run(1, _folder.Path, "schemes", "--refuse-partial", "--schemes", "damon.schemes", $"{target.Pid}");
        Assert.Contains("--allow-ptrace", Assert.Single(refused.SaidLines()));
    }

    [Fact]
    public void The_scheme_for_huge_pages_runs_on_a_process_found_by_its_name()
    {
        File.WriteAllText(_folder.File("my_thp_scheme"), "2M max    90 max    100ms max    hugepage\n");
        using DamoRun run = WithSleeper("damo schemes --schemes my_thp_scheme --record thp.data `pidof SLEEPER`", "thp.data", "");
        Assert.Contains("\n     0  hugepage ", run.Output);
    }

    [Fact]
    public void Files_of_debugfs_take_and_give_what_the_transcripts_show()
    {
        NeedFuse();
        Assert.Equal(
            $"""
            5000 100000 1000000 10 1000
            42 4242
            42 1 100
            42 100 200
            4242 20 40
            4242 50 100
            -1
            4096 {_folder.Path}/data
            0 null
            4096 8192 0 5 10 20 2 0 0
            empty:
            off

            """,
            DebugFs($"""
                echo 5000 100000 1000000 10 1000 > attrs
                cat attrs
                echo 42 4242 > pids
                cat pids
                echo "42   1       100
                      42   100     200
                      4242 20      40
                      4242 50      100" > init_regions
                cat init_regions
                echo paddr > pids
                cat pids
                echo "4096 {_folder.Path}/data" > record
                cat record
                echo "0 null" > record
                cat record
                echo "4096 8192    0 5    10 20    2" > schemes
                cat schemes
                echo > schemes
                echo empty:`cat schemes`
                cat monitor_on
                """));
    }

    [Fact]
    public void Files_of_debugfs_are_busy_while_it_monitors_and_it_goes_off_by_itself_when_all_targets_have_ended()
    {
        NeedFuse();
        Assert.Equal(
            """
            on
            attrs: Device or resource busy
            record: Device or resource busy
            schemes: Device or resource busy
            init_regions: Device or resource busy
            pids: Invalid argument
            monitor_on: Device or resource busy
            off

            """,
            DebugFs($"""
                sleep 30 & sleeper=$!
                echo $sleeper > pids
                echo "4096 {_folder.Path}/debugfs.data" > record
                echo on > monitor_on
                cat monitor_on
                try() ( bash -c "echo '$2' > $1" 2>&1 | sed "s/^.*write error: /$1: /" )
                try attrs "5000 100000 1000000 10 1000"
                try record "4096 {_folder.Path}/other"
                try schemes "4096 8192 0 5 10 20 5"
                try init_regions "$sleeper 4096 8192"
                try pids $sleeper
                try monitor_on on
                sleep 1
                kill $sleeper
                while [ `cat monitor_on` = on ]; do sleep 0.1; done
                cat monitor_on
                """));
        using DamoRun report = Shell("damo report raw -i debugfs.data");
        AssertRaw(report.Output);
    }

    [Fact]
    public void Physical_memory_is_monitored_through_debugfs_until_it_is_off()
    {
        NeedFuse();
        Assert.Equal(
            "-1\non\noff\n",
            DebugFs(
                "echo paddr > pids\ncat pids\necho '-1 1048576 67108864' > init_regions\necho on > monitor_on\ncat monitor_on\nsleep 0.5\necho off > "
                    + "monitor_on\ncat monitor_on"));
    }

    static void NeedFuse() => Assert.SkipUnless(LibC.geteuid() == 0 && File.Exists("/dev/fuse"), "the debugfs interface needs root and /dev/fuse");

    static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);

    static ulong Hex(string text) => ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>The raw report of the document: nanoseconds once, then snapshots, of which the first is at 0, with their tasks and regions.</summary>
    static void AssertRaw(string output)
    {
        Assert.Matches(
            @"^start_time:  \d+\n(rel time: [ \d]{16}\nnr_tasks:  \d+\n(pid:  -?\d+\nnr_regions:  \d+\n([0-9a-f]{12}-[0-9a-f]{12}\([ \d]{10,}\):\t\d+\n)*\n)+)+$",
            output);
        ulong last = 0;
        foreach (Match match in Regex.Matches(output, @"rel time: ([ \d]{16})\n"))
        {
            ulong time = Number(match.Groups[1].Value.Trim());
            Assert.True(match.Index > output.IndexOf("rel time", StringComparison.Ordinal) ? time > last : time == 0, $"{time} behind {last}");
            last = time;
        }

        Match[] tasks = Regex.Matches(output, @"pid:  -?\d+\nnr_regions:  (\d+)\n(?:([0-9a-f]{12})-([0-9a-f]{12})\(([ \d]{10,})\):\t\d+\n)*").ToArray<Match>();
        Assert.True(tasks.Length > 1);
        foreach (Match task in tasks)
        {
            Assert.Equal(Number(task.Groups[1].Value), (ulong)task.Groups[2].Captures.Count);
            for (int i = 0; i < task.Groups[2].Captures.Count; i++)
            {
                Assert.Equal(Hex(task.Groups[3].Captures[i].Value) - Hex(task.Groups[2].Captures[i].Value), Number(task.Groups[4].Captures[i].Value.Trim()));
            }
        }
    }

    static ulong[] WorkingSets(string output, int pid, params int[] percentiles)
    {
        Match match = Regex.Match(output, $@"^# <percentile> <wss>\n# pid\s+{pid}\n# avr:\s+\d+\n(?:(\d+)\t(\d+)\n)+$");
        Assert.True(match.Success, output);
        Assert.Equal(percentiles, match.Groups[1].Captures.Select(capture => int.Parse(capture.Value, CultureInfo.InvariantCulture)));
        return [.. match.Groups[2].Captures.Select(capture => Number(capture.Value))];
    }

    /// <summary>A process with 8 MiB in use, recorded for long enough that every report has something to tell.</summary>
    TargetProcess Record()
    {
        TargetProcess target = TargetProcess.Start();
        target.Loop(target.Map("anon", 8 * TargetProcess.MiB), 1);
        using DamoRun run = DamoRun.Start(_folder.Path, "record", "-s", "5000", "-a", "100000", $"{target.Pid}");
        WaitForSnapshots(run, "damon.data", 40);
        run.Signal(LibC.SIGINT);
        run.WaitForEnd(130);
        return target;
    }

    void WaitForSnapshots(DamoRun run, string record, int count)
    {
        run.WaitForSnapshots(_folder.File(record));
        run.WaitFor($"snapshot {count}", () => WholeRecord.Read(_folder.File(record)).Snapshots.Count >= count);
    }

    /// <summary>Runs damo on a sleeping program of a name that nothing else has, ends the program when the record grows, and runs some lines more.</summary>
    DamoRun WithSleeper(string line, string record, string then)
    {
        string name = $"nap{Guid.NewGuid():N}"[..12];
        File.Copy("/bin/sleep", _folder.File("bin/" + name));
        return Shell($"""
            {name} 300 & sleeper=$!
            until pidof {name} > pids; do sleep 0.05; done
            {line.Replace("SLEEPER", name, StringComparison.Ordinal)} & damo=$!
            until [ -s {record} ] && [ `stat -c %s {record}` -gt 1000 ]; do sleep 0.1; kill -0 $damo; done
            kill $sleeper
            wait $damo
            {then}
            """);
    }

    /// <summary>Runs lines of a shell in the folder, which finds damo by its name.</summary>
    DamoRun Shell(string script)
    {
        DamoRun run = DamoRun.StartShell(_folder.Path, $"set -e\nPATH=\"$PWD/bin:$PATH\"\n{script}\n");
        run.WaitForEnd(0);
        return run;
    }

    /// <summary>What lines of a shell in the folder of debugfs print.</summary>
    string DebugFs(string script)
    {
        File.WriteAllText(_folder.File("script"), $"set -e\ncd /sys/kernel/debug/damon\n{script}\n");
        using DamoRun run = Shell($"damo debugfs run -- sh -c \". {_folder.File("script")}\"");
        return run.Output;
    }
}
