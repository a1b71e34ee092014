using System.Globalization;
using System.Text.RegularExpressions;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Programming;

/// <summary>The code of docs/programming.md runs, and does what the guide says.</summary>
public sealed class ProgrammingSampleTests
{
    const ulong MiB = 1 << 20;

    [Fact]
    public async Task A_process_sees_its_own_working_set()
    {
        SampleRun.NeedPages();
        long[] sizes = [.. (await SampleRun.Of("own-process")).Select(line => Number(line, "^working set: ([0-9]+) MiB$"))];

        // 16 MiB are hot; what is mapped is some 250 MiB.
        Assert.True(sizes.Length >= 3, $"{sizes.Length} snapshots");
        Assert.Contains(sizes, size => size is >= 8 and < 128);
    }

    [Fact]
    public async Task Another_process_is_monitored_until_it_ends()
    {
        using TargetProcess target = TargetProcess.Start();
        AddressRange hot = target.Map("anon", 8 * MiB);
        target.Loop(hot, 1);
        Task<string[]> run = SampleRun.Of("other-process", target.Pid.ToString(CultureInfo.InvariantCulture));
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        target.Kill();
        string[] lines = await run;

        Assert.Matches("^access check [A-Za-z]+, per page: (True|False)$", lines[0]);
        Assert.Contains(lines, line => Regex.IsMatch(line, $"^process {target.Pid}: [1-9][0-9]* regions$"));
        Assert.Contains("the process has ended", lines);
        Assert.Matches("^TargetsGone: [1-9][0-9]* snapshots for [0-9.]+ % of a CPU$", lines[^1]);
    }

    [Fact]
    public async Task An_observer_keeps_the_hot_ranges()
    {
        SampleRun.NeedPages();
        string[] lines = await SampleRun.Of("hot-ranges");
        ulong hot = ulong.Parse(lines[^1]["workload: ".Length..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        AddressRange workload = new(hot, hot + (16 * MiB));
        ulong seen = 0;
        foreach (Match match in lines.Select(line => Regex.Match(line, "^hot: ([0-9a-f]+)-([0-9a-f]+), [0-9]+ KiB, ")).Where(match => match.Success))
        {
            ulong start = Math.Max(workload.Start, ulong.Parse(match.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            ulong end = Math.Min(workload.End, ulong.Parse(match.Groups[2].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            seen += end > start ? end - start : 0;
        }

        Assert.True(seen >= 4 * MiB, $"{seen} bytes of the hot 16 MiB were seen hot: {string.Join('\n', lines)}");
    }

    [Fact]
    public async Task A_run_is_changed_and_looked_at_from_outside() =>
        Assert.Matches("^[1-9][0-9]* regions at this moment$", Assert.Single(await SampleRun.Of("change")));

    [Fact]
    public async Task Schemes_act_on_idle_memory()
    {
        SampleRun.NeedPages();
        string[] lines = await SampleRun.Of("schemes");
        Assert.True(Number(lines[0], "^tried on ([0-9]+) MiB, applied to [0-9]+ MiB$") > 0, lines[0]);
    }

    [Fact]
    public async Task An_action_of_the_program_gets_the_idle_ranges()
    {
        SampleRun.NeedPages();
        string[] lines = await SampleRun.Of("own-action");
        Assert.True(Number(lines[0], "^([0-9]+) idle ranges$") > 0, lines[0]);
        Assert.Equal("workload: True", lines[1]);
    }

    [Fact]
    public async Task An_address_space_of_the_program_is_monitored()
    {
        string[] lines = await SampleRun.Of("address-space");
        (long First, long Last, long Samples)[] regions = [.. lines
            .Select(line => Regex.Match(line, "^blocks ([0-9]+) to ([0-9]+): ([0-9]+) of 50 samples, for [0-9]+ intervals$"))
            .Select(match => (Value(match, 1), Value(match, 2), Value(match, 3)))];

        // 512 of 4096 blocks are used, and none of the others is ever.
        Assert.Contains(regions, region => region.Last < 1024 && region.Samples > 5);
        Assert.All(regions, region => Assert.True(region.First < 512 || region.Samples <= region.Last / 100, region.ToString()));
        Assert.Contains(regions, region => region.First >= 512 && region.Samples == 0);
    }

    [Fact]
    public async Task Contexts_run_side_by_side()
    {
        string[] lines = await SampleRun.Of("contexts");
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Matches("^context [12]: Stopped, [1-9][0-9]* aggregations$", line));
    }

    [Fact]
    public async Task A_record_is_written_and_read()
    {
        using TemporaryFolder folder = new();
        string[] lines = await SampleRun.Of("records", Path.Combine(folder.Path, "damon.data"));
        Assert.NotEmpty(lines);
        long[] times = [.. lines.Select(line => Number(line, "^([0-9]+) ms: [1-9][0-9]* regions$"))];
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public async Task The_managed_heap_is_named_by_generation()
    {
        string[] lines = await SampleRun.Of("heap");
        string[] names = [.. lines[..^1].Select(line => Regex.Match(line, "^[0-9a-f]+-[0-9a-f]+ (\\[gc [a-z0-9]+\\]) [0-9]+ KiB$").Groups[1].Value)];
        Assert.All(["[gc gen0]", "[gc gen1]", "[gc loh]", "[gc poh]"], name => Assert.Contains(name, names));
        Assert.Equal(names[0], lines[^1]);
    }

    [Fact]
    public async Task A_listener_gets_the_metrics()
    {
        string[] lines = await SampleRun.Of("meters");
        Assert.All(
            [
                "damon.working_set.size",
                "damon.hot.size",
                "damon.idle.size",
                "damon.regions",
                "damon.samples",
                "damon.checks",
                "damon.aggregations",
                "damon.missed_ticks",
            ],
            name =>
                Assert.Contains(
                    lines,
                    line => line.StartsWith(name + " ", StringComparison.Ordinal) && line.Contains("[damon.context, my service]", StringComparison.Ordinal)));
        Assert.Contains(
            lines,
            line => line.StartsWith("damon.idle.size ", StringComparison.Ordinal) && line.EndsWith("[damon.idle.age, 0s-1s]", StringComparison.Ordinal));
    }

    static long Number(string line, string pattern)
    {
        Match match = Regex.Match(line, pattern);
        Assert.True(match.Success, $"'{line}' is not {pattern}");
        return Value(match, 1);
    }

    static long Value(Match match, int group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
}
