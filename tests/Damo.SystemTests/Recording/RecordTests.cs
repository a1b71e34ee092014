using System.Globalization;
using System.Text.Json;
using Damon.Linux.Tests;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;

namespace Damo.SystemTests.Recording;

/// <summary><c>damo record</c> of commands and processes that behave.</summary>
public sealed class RecordTests : IDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly TemporaryFolder _folder = new();

    string Record => Path.Combine(_folder.Path, "damon.data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_command_is_recorded_until_its_end()
    {
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "sleep 1");

        Assert.Equal($"# damon attrs: 5000 100000 1000000 10 1000  1048576 {Record} \nPress Ctrl+C to stop\n", run.Output);
        Assert.All(run.SaidLines(), l => Assert.StartsWith("damo: ", l));
        Assert.Equal([Record, Record + ".meta.json"], Directory.GetFiles(_folder.Path).Order());
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Record));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Record + ".meta.json"));
        WholeRecord record = WholeRecord.Read(Record);
        Assert.Null(record.Damage);
        Assert.InRange(record.Snapshots.Count, 1, 12);
        Assert.All(record.Snapshots, s => Assert.Equal(1, s.NrTargets));

        using DamoRun report = DamoRun.Run(0, _folder.Path, "report", "raw");
        Assert.Equal("", report.Errors);
        Assert.StartsWith("start_time:", report.Output);
    }

    [Fact]
    public void The_sidecar_holds_what_the_record_cannot()
    {
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "-s", "10ms", "-a", "200ms", "-u", "200ms", "-n", "12", "-m", "300", "sleep 1.5");

        WholeRecord record = WholeRecord.Read(Record);
        JsonElement header = record.Header;
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), header.GetProperty("kernel_release").GetString());
        Assert.Equal(Environment.MachineName, header.GetProperty("host_name").GetString());
        Assert.Equal("engine", header.GetProperty("backend").GetString());
        Assert.Contains($"access check {header.GetProperty("access_check").GetProperty("name").GetString()}:", run.Errors);
        Assert.Equal("sleep 1.5", header.GetProperty("request").GetProperty("command").GetString());
        Assert.Equal([10_000, 200_000, 200_000], header.GetProperty("intervals").EnumerateObject().Select(p => p.Value.GetDouble()));
        Assert.Equal("sleep 1.5", header.GetProperty("command_line").EnumerateArray().Last().GetString());

        IReadOnlyList<JsonElement> targets = record.Entries("target");
        Assert.Equal("sleep", targets.Last(t => t.TryGetProperty("comm", out _)).GetProperty("comm").GetString());
        Assert.Single(targets.Select(t => (t.GetProperty("id").GetInt64(), t.GetProperty("from_ns").ToString())).Distinct());
        Assert.True(targets[^1].TryGetProperty("until_ns", out _));
        string names = string.Join('\n', record.Entries("mappings").Concat(record.Entries("copied_mappings")).Select(m => m.ToString()));
        Assert.Contains("[heap]", names);
        Assert.Contains("[stack]", names);
        Assert.Contains("libc", names);

        IReadOnlyList<JsonElement> ages = record.Entries("ages");
        Assert.Equal(record.Snapshots.Select(s => s.NrRegions), ages.Select(a => a.GetProperty("values").GetArrayLength()));
        Assert.Equal(Enumerable.Range(0, record.Snapshots.Count), ages.Select(a => a.GetProperty("index").GetInt32()));
        JsonElement end = Assert.Single(record.Entries("end"));
        Assert.Equal("targets gone", end.GetProperty("end_reason").GetString());
        Assert.Equal(record.Snapshots.Count, end.GetProperty("snapshots").GetInt32());
        Assert.True(end.GetProperty("effective_intervals").GetProperty("sample_us").GetDouble() >= 9_900);
    }

    [Fact]
    public void A_known_hot_half_is_found_in_a_running_process()
    {
        using TargetProcess target = TargetProcess.Start();
        AddressRange all = target.Map("anon", 32 * TargetProcess.MiB);
        target.Touch(all);
        AddressRange cold = new(all.Start, all.Start + (all.Size / 2));
        AddressRange hot = new(cold.End, all.End);
        target.Loop(hot, 1);

        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "-s", "10ms", "-a", "100ms", "--timeout", "5", "-o", "found", $"{target.Pid}");

        WholeRecord record = WholeRecord.Read(Path.Combine(_folder.Path, "found"));
        Assert.All(record.Snapshots, s => Assert.Equal((Int128)target.Pid, s[0].Id));
        Assert.True(
            record.Heat(hot, 10) > 3 * record.Heat(cold, 10) && record.Heat(hot, 10) > 15,
            $"hot {record.Heat(hot, 10)}, cold {record.Heat(cold, 10)}\n{run.Errors}");
        Assert.Equal("timeout", record.Entries("end")[0].GetProperty("end_reason").GetString());
        Assert.False(target.HasExited);
    }

    [Fact]
    public void Several_processes_are_targets_of_one_record()
    {
        using TargetProcess one = TargetProcess.Start();
        using TargetProcess two = TargetProcess.Start();
        using DamoRun run = DamoRun.Start(_folder.Path, "record", $"{one.Pid} {two.Pid}", $"{one.Pid}");
        run.WaitForSnapshots(Record);
        one.Kill();
        two.Kill();
        run.WaitForEnd(0);

        Assert.All(WholeRecord.Read(Record).Snapshots, s => Assert.Equal([one.Pid, two.Pid], new[] { s[0].Id, s[1].Id }));
    }

    [Fact]
    public void Children_are_targets_when_they_are_asked_for()
    {
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "--include-children", "sleep 2 & sleep 1.5; wait");
        Assert.Contains(WholeRecord.Read(Record).Snapshots, s => s.NrTargets == 3);

        using DamoRun without = DamoRun.Run(0, _folder.Path, "record", "sleep 1 & wait");
        Assert.All(WholeRecord.Read(Record).Snapshots, s => Assert.Equal(1, s.NrTargets));
    }

    [Fact]
    public void Given_regions_are_kept_exactly()
    {
        using TargetProcess target = TargetProcess.Start();
        AddressRange all = target.Map("anon", 8 * TargetProcess.MiB);
        target.Touch(all);
        AddressRange[] given = [new(all.Start + 4096, all.Start + 40960), new(all.Start + (100 * 4096), all.End)];
        string text = string.Join(' ', given.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Start}-{r.End}")));
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "--timeout", "1500ms", "-u", "100000", "-r", text, $"{target.Pid}");

        WholeRecord record = WholeRecord.Read(Record);
        Assert.NotEmpty(record.Snapshots);
        foreach (Snapshot snapshot in record.Snapshots)
        {
            // Joined again where one region ends and the next begins, the regions are those that were given.
            List<AddressRange> joined = [];
            foreach (ref readonly SnapshotRegion region in snapshot[0].Regions)
            {
                if (joined.Count > 0 && joined[^1].End == region.Start)
                {
                    joined[^1] = new AddressRange(joined[^1].Start, region.End);
                }
                else
                {
                    joined.Add(new AddressRange(region.Start, region.End));
                }
            }

            Assert.Equal(given, joined);
        }
    }

    [Fact]
    public void Input_and_output_belong_to_the_command()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "input"), "word\n");
        using DamoRun run = DamoRun.StartShell(_folder.Path, "exec $DAMO record 'head -c 0; read a; echo got $a; echo to-errors >&2; sleep 0.7' < input");
        run.WaitForEnd(0);
        Assert.Contains("got word\n", run.Output);
        Assert.Contains("to-errors\n", run.Errors);
    }

    [Fact]
    public void The_command_starts_with_usual_signals_and_no_files_of_the_recorder()
    {
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "grep -E 'SigIgn|SigBlk' /proc/self/status; ls -l /proc/self/fd; sleep 0.3");
        Assert.Contains("SigBlk:\t0000000000000000\n", run.Output);
        string ignored = Assert.Single(run.Output.Split('\n'), l => l.StartsWith("SigIgn:", StringComparison.Ordinal));
        const ulong Inner = 3UL << 31; // The C library ignores two signals of its own in whatever it starts.
        Assert.Equal(0UL, ulong.Parse(ignored[^16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & ~Inner);
        Assert.Contains(" 0 -> ", run.Output);
        Assert.DoesNotContain(" 9 -> ", run.Output);
        Assert.DoesNotContain("anon_inode", run.Output);
        Assert.DoesNotContain(_folder.Path, run.Output[run.Output.IndexOf("SigBlk", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void An_existing_record_and_its_sidecar_become_old()
    {
        File.WriteAllText(Record, "first");
        File.WriteAllText(Record + ".meta.json", "first sidecar");
        File.WriteAllText(Record + ".old", "older");
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "sleep 0.7");

        Assert.Equal("first", File.ReadAllText(Record + ".old"));
        Assert.Equal("first sidecar", File.ReadAllText(Record + ".meta.json.old"));
        Assert.NotEmpty(WholeRecord.Read(Record).Snapshots);
    }

    [Fact]
    public void A_link_is_followed_and_what_it_leads_to_becomes_old()
    {
        string precious = Path.Combine(_folder.Path, "precious");
        File.WriteAllText(precious, "precious");
        File.CreateSymbolicLink(Record, precious);
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "sleep 0.7");

        Assert.Equal("precious", new FileInfo(Record).LinkTarget is { } target ? Path.GetFileName(target) : null);
        Assert.Equal("precious", File.ReadAllText(precious + ".old"));
        Assert.NotEmpty(WholeRecord.Read(precious).Snapshots);

        // Readers find the sidecar by the link, too.
        using DamoRun info = DamoRun.Run(0, _folder.Path, "report", "record-info", "-i", "damon.data");
        Assert.Contains("sleep 0.7", info.Output);
    }

    [Theory]
    [InlineData("644")]
    [InlineData("0600")]
    [InlineData("666")]
    public void Permissions_are_those_asked_for_whatever_the_umask(string octal)
    {
        using DamoRun run = DamoRun.StartShell(_folder.Path, $"umask 077; exec $DAMO record --output_permission {octal} 'sleep 0.7'");
        run.WaitForEnd(0);
        Assert.Equal((UnixFileMode)Convert.ToInt32(octal, 8), File.GetUnixFileMode(Record));
        Assert.Equal((UnixFileMode)Convert.ToInt32(octal, 8), File.GetUnixFileMode(Record + ".meta.json"));
    }

    [Fact]
    public void Pipes_are_written_to_and_stay_what_they_are()
    {
        using DamoRun run = DamoRun.StartShell(
            _folder.Path,
            "mkfifo pipe && { cat pipe > copy & $DAMO record -o pipe 'sleep 0.7'; code=$?; wait; test -p pipe || exit 77; exit $code; }");
        run.WaitForEnd(0);
        Assert.Equal(["copy", "pipe"], Directory.GetFiles(_folder.Path).Select(p => Path.GetFileName(p)).Order());
        using DamoRun report = DamoRun.Run(0, _folder.Path, "report", "raw", "-i", "copy");
        Assert.Equal("", report.Errors);
    }

    [Fact]
    public void Devices_are_written_to_and_stay_what_they_are()
    {
        // A node of its own: what this guards against renames the node.
        using DamoRun made = DamoRun.StartShell(_folder.Path, "mknod -m 644 null c 1 3");
        made.WaitForEnd(0);
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "-o", "null", "--output_permission", "600", "sleep 0.7");
        using DamoRun kept = DamoRun.StartShell(_folder.Path, "test -c null && stat -c %a null && ls");
        kept.WaitForEnd(0);
        Assert.Equal("644\nnull\n", kept.Output);
    }

    [Fact]
    public void A_program_that_the_target_executes_is_named_in_the_sidecar()
    {
        using DamoRun run = DamoRun.Run(0, _folder.Path, "record", "-u", "100ms", "sleep 0.7; exec sleep 0.7");
        Assert.Equal("sleep", WholeRecord.Read(Record).Entries("target").Last(t => t.TryGetProperty("comm", out _)).GetProperty("comm").GetString());
    }
}
