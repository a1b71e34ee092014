using System.CommandLine;
using Damo.CommandLine;
using Damo.Commands;
using Damo.Recording;
using Damon.Linux.AccessChecks;
using Damon.Monitoring;

namespace Damo.Tests.Commands;

public sealed class RecordCommandTests
{
    static readonly MonitoringAttributes s_defaults = new()
    {
        SampleUs = 5_000,
        AggregationUs = 100_000,
        UpdateUs = 1_000_000,
        MinNrRegions = 10,
        MaxNrRegions = 1_000,
    };

    [Fact]
    public void Defaults_are_those_of_the_first_tool()
    {
        RecordArguments arguments = Parse("1");
        Assert.Equal(s_defaults, arguments.Attributes);
        Assert.Equal(Path.GetFullPath("damon.data"), arguments.Output);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, arguments.OutputPermission);
        Assert.Equal(1048576u, arguments.BufferLength);
        Assert.Equal(5, arguments.OverheadPercent);
        Assert.Empty(arguments.Regions);
        Assert.Null(arguments.AccessCheck);
        Assert.Null(arguments.Timeout);
        Assert.False(arguments.IncludeChildren);
        Assert.Equal([1], arguments.Target.Pids);
    }

    [Theory]
    [InlineData("-s 1000 -a 20000 -u 300000 -n 20 -m 300")]
    [InlineData("-s 1ms -a 20ms -u 0.3s -n 20 -m 300")]
    [InlineData("-s1000 -a20000 -u300000 -n20 -m300")]
    [InlineData("--sample 1000 --aggr 20000 --updr 300000 --minr 20 --maxr 300")]
    [InlineData("--sample=1000 --aggr=20000 --updr=300000 --minr=20 --maxr=300")]
    [InlineData("--sam 1000 --ag 20000 --u 300000 --mi 20 --ma 300")]
    [InlineData("--sam=1ms --ag=20ms --u=300ms --mi=20 --ma=300")]
    [InlineData("--monitoring_intervals 1ms 20ms 300ms --monitoring_nr_regions_range 20 300")]
    [InlineData("--monitoring_i 1000 20000 300000 --monitoring_n 20 300")]
    public void Every_spelling_of_the_attributes_is_understood(string options) =>
        Assert.Equal(
            new MonitoringAttributes { SampleUs = 1_000, AggregationUs = 20_000, UpdateUs = 300_000, MinNrRegions = 20, MaxNrRegions = 300 },
            Parse($"{options} 1").Attributes);

    [Fact]
    public void Options_besides_the_attributes_are_understood()
    {
        RecordArguments arguments = Parse(
            "-r 4K-8K -o /x/y --output_permission 640 -l 2M --include_child_tasks --ops fvaddr --overhead 2% --access-check clear-refs --backend engine "
                + "--timeout 90 --seed 7 -d /sys/kernel/debug --pidfd --target_pid 2 --target_pid 3 1");
        Assert.Equal([new AddressRange(4096, 8192)], arguments.Regions);
        Assert.Equal("/x/y", arguments.Output);
        Assert.Equal((UnixFileMode)0b110_100_000, arguments.OutputPermission);
        Assert.Equal(2u << 20, arguments.BufferLength);
        Assert.True(arguments.IncludeChildren);
        Assert.Equal(2, arguments.OverheadPercent);
        Assert.Equal(AccessCheckKind.ClearRefs, arguments.AccessCheck);
        Assert.Equal(TimeSpan.FromSeconds(90), arguments.Timeout);
        Assert.Equal(7ul, arguments.Seed);
        Assert.Equal([1, 2, 3], arguments.Target.Pids);
    }

    [Theory]
    [InlineData("--exclude_child_tasks --no_profile --no_footprint --no_vmas --leave_perf_data --remove_perf_data 7")]
    [InlineData("--perf_path /usr/bin/perf --damon_interface sysfs --output_flush_sec 3600 7")]
    [InlineData("--do_record access vmas --pidfd 7")]
    [InlineData("--pid 7")]
    public void Options_of_other_tools_leave_the_target_and_all_settings_unchanged(string options)
    {
        RecordArguments arguments = Parse(options);
        Assert.Equal([7], arguments.Target.Pids);
        Assert.Equal(s_defaults, arguments.Attributes);
        Assert.Null(arguments.OnlyEngine);
    }

    [Fact]
    public void A_backend_is_named_as_it_was_set()
    {
        // The tests run with this one set.
        string variable = Environment.GetEnvironmentVariable("DAMO_BACKEND")!;
        Assert.Equal($"DAMO_BACKEND={variable}", Parse("7").BackendAsSet);
        Assert.Equal("--backend sysfs", Parse("--backend sysfs 7").BackendAsSet);
        Assert.Equal($"--backend {variable}", Parse($"--backend {variable} 7").BackendAsSet);
    }

    [Fact]
    public void The_command_line_counts_more_than_a_parameter_file()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(
                path,
                """{"kdamonds": [{"contexts": [{"ops": "fvaddr", "targets": [{"pid": 5, "regions": [{"start": "8,192", "end": "16,384"}]}], "intervals": {"sample_us": "1 ms", "aggr_us": "20 ms", "ops_update_us": "2 s"}}]}]}""");
            KdamondsFile file = KdamondsFile.Load(path, new Terminal(TextWriter.Null, TextWriter.Null, errorIsTerminal: false));
            RecordArguments ofFile = Parse("", file);
            Assert.Equal([5], ofFile.Target.Pids);
            Assert.Equal([new AddressRange(8192, 16384)], ofFile.Regions);
            Assert.Equal(1_000u, ofFile.Attributes.SampleUs);
            Assert.Null(ofFile.OverheadPercent);
            RecordArguments typed = Parse("-s 2ms -r 4K-8K", file);
            Assert.Equal([5], typed.Target.Pids);
            Assert.Equal([new AddressRange(4096, 8192)], typed.Regions);
            Assert.Equal(2_000u, typed.Attributes.SampleUs);
            Assert.Equal(20_000u, typed.Attributes.AggregationUs);
            RecordArguments other = Parse("6", file);
            Assert.Equal([6], other.Target.Pids);
            Assert.Empty(other.Regions);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("-s 5000 1", null)]
    [InlineData("-a 100000 1", null)]
    [InlineData("--monitoring_intervals 1 2 3 1", null)]
    [InlineData("-u 5s 1", 5.0)]
    [InlineData("-s 5000 --overhead 3 1", 3.0)]
    public void Given_intervals_are_kept_unless_a_limit_is_given_too(string line, double? limit) => Assert.Equal(limit, Parse(line).OverheadPercent);

    [Theory]
    [InlineData("paddr", false)]
    [InlineData("--ops paddr", false)]
    [InlineData("--ops paddr paddr", false)]
    [InlineData("--regions all paddr", true)]
    [InlineData("paddr -r all", true)]
    [InlineData("--numa_node 0 1 paddr", false, 0, 1)]
    [InlineData("paddr --numa_node 0 1", false, 0, 1)]
    [InlineData("--numa_node 0 --numa_node 1 --ops paddr", false, 0, 1)]
    public void Physical_memory_has_options_of_its_own(string line, bool isAll, params int[] nodes)
    {
        RecordArguments arguments = Parse(line);
        Assert.True(arguments.Target.IsPhysical);
        Assert.Equal(isAll, arguments.Physical.IsAll);
        Assert.Equal(nodes, arguments.Physical.Nodes);
        Assert.Empty(arguments.Regions);
    }

    [Theory]
    [InlineData("-r all --numa_node=0 paddr", true, "-r")]
    [InlineData("--numa_node 0 --regions 1M-2M paddr", false, "--regions")]
    public void Regions_win_over_a_node_and_one_line_says_that_the_node_has_no_effect(string line, bool isAll, string named)
    {
        RecordArguments arguments = Parse(line);
        Assert.Equal((isAll, 0, isAll ? 0 : 1), (arguments.Physical.IsAll, arguments.Physical.Nodes.Count, arguments.Regions.Count));
        Assert.Equal([$"{named} says which memory is monitored, so --numa_node has no effect"], arguments.Remarks);
        Assert.Empty(Parse("--numa_node 0 paddr").Remarks);
    }

    [Fact]
    public void Options_may_follow_the_target() => Assert.Equal(20, Parse("1 -n 20").Attributes.MinNrRegions);

    [Fact]
    public void Words_after_two_dashes_belong_to_the_command() =>
        Assert.Equal("sh -c 'x y' --sample 7", Parse(["-n", "20", "--", "sh", "-c", "x y", "--sample", "7"]).Target.Command);

    [Theory]
    [InlineData("-s 0 1", "the sampling interval is 0, but must be 1 us to 24 h")]
    [InlineData("-s 25h -a 25h 1", "the sampling interval is 25h, but must be 1 us to 24 h")]
    [InlineData("-s 100ns 1", "the sampling interval is 100ns, but must be 1 us to 24 h")]
    [InlineData("-u 0 1", "the update interval is 0, but must be 1 us to 24 h")]
    [InlineData("-a x 1", "the aggregation interval: 'x' is no time; write microseconds, or a unit like 5ms, 0.1s, 2m")]
    [InlineData("-s 200000 1", "the sampling interval is 200000 us, but must not be above the aggregation interval, 100000 us")]
    [InlineData("-n 2 1", "the minimum number of regions: '2' must be a whole number, 3 to 1000000")]
    [InlineData("-m 1000001 1", "the maximum number of regions: '1000001' must be a whole number, 3 to 1000000")]
    [InlineData("-n 50 -m 20 1", "the maximum number of regions is 20, but must be at least the minimum, 50")]
    [InlineData("-l 1023 1", "--rbuf is 1023, but must be 0 or 1024 to 4194304 bytes")]
    [InlineData("-l 5M 1", "--rbuf is 5M, but must be 0 or 1024 to 4194304 bytes")]
    [InlineData("--timeout 0 1", "--timeout is 0, but must be above 0 and at most a year")]
    [InlineData("--timeout 400d 1", "--timeout is 400d, but must be above 0 and at most a year")]
    [InlineData("--overhead 0 1", "--overhead: '0' must be a percentage above 0 and at most 100")]
    [InlineData("--overhead NaN 1", "--overhead: 'NaN' must be a percentage above 0 and at most 100")]
    [InlineData("--output_permission 999 1", "wrong --output permission (999) (parsing failed: write it octal, like 600)")]
    [InlineData("--output_permission 1000 1", "wrong --output permission (1000) (out of available permission range)")]
    [InlineData("--access-check eyes 1", "--access-check: 'eyes' is none of auto, page-table, idle-page, clear-refs")]
    [InlineData("--backend eyes 1", "--backend: 'eyes' is none of auto, engine, sysfs, debugfs")]
    [InlineData("--ops eyes 1", "--ops: 'eyes' is none of vaddr, fvaddr, paddr")]
    [InlineData("--ops paddr 1", "--ops paddr is about physical memory, and the target is a process; leave one of them out")]
    [InlineData("--ops vaddr paddr", "--ops vaddr is about processes, and the target is physical memory")]
    [InlineData("-r all 1", "--regions all is about physical memory: it needs the target paddr")]
    [InlineData("--numa_node 0 1 -- true", "--numa_node is about physical memory: it needs the target paddr")]
    [InlineData("--numa_node x paddr", "--numa_node: 'x' is no number of a node")]
    [InlineData("--numa_node -1 paddr", "--numa_node: '-1' must be a whole number, 0 to 65536")]
    [InlineData("--include-children paddr", "--include-children is about processes, and the target is physical memory, which has no children")]
    [InlineData("--ops fvaddr 1", "--ops fvaddr needs --regions: it monitors given addresses only")]
    [InlineData("-r 5-4 1", "--regions: the region '5-4' is empty: its end must be above its start")]
    [InlineData("-r 0-10 1", "--regions: 0-10 is 10 bytes, less than a page (4096); addresses are in bytes, or with a unit like 4K")]
    [InlineData("-r 0-4095 paddr", "--regions: 0-4095 is 4095 bytes, less than a page (4096); addresses are in bytes, or with a unit like 4K")]
    [InlineData("--bogus 1", "there is no option '--bogus'; a command line is given in quotes, or behind --")]
    [InlineData("1 --bogus=7", "there is no option '--bogus=7'; a command line is given in quotes, or behind --")]
    [InlineData("-z 1", "there is no option '-z'; a command line is given in quotes, or behind --")]
    [InlineData("--s 1", "option '--s' could be --sample, --seed")]
    [InlineData("--s=4 1", "option '--s=4' could be --sample, --seed")]
    public void A_value_out_of_range_says_the_range_and_a_wrong_option_its_name(string line, string message) =>
        TestTerminal.Run(["record", .. line.Split(' ')]).AssertOneLine(2, $"{message} (see 'damo record --help')");

    [Theory]
    [InlineData("-s")]
    [InlineData("--monitoring_intervals 1 2")]
    [InlineData("-s 1 -s 2 1")]
    public void A_value_missing_or_too_many_is_a_wrong_command_line(string line)
    {
        TestTerminal run = TestTerminal.Run(["record", .. line.Split(' ')]);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Equal(1, run.Errors.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("no-such-command")]
    [InlineData("report")]
    [InlineData("report no-such-report")]
    public void A_command_missing_or_unknown_is_a_wrong_command_line(string line)
    {
        TestTerminal run = TestTerminal.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Equal(1, run.Errors.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("record --help")]
    [InlineData("record -h")]
    [InlineData("report raw --help")]
    [InlineData("--version")]
    public void Help_goes_to_standard_output_with_exit_code_0(string line)
    {
        TestTerminal run = TestTerminal.Run(line.Split(' '));
        Assert.Equal(0, run.ExitCode);
        Assert.NotEqual("", run.Output);
        Assert.Equal("", run.Errors);
    }

    [Fact]
    public void A_name_of_others_cannot_steer_the_terminal()
    {
        TestTerminal run = TestTerminal.Run("record", "no\u001b[31m\nsuch\u0007");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(1, run.Errors.Count(char.IsControl)); // The end of the line.
    }

    static RecordArguments Parse(string line) => Parse(line.Split(' '));

    static RecordArguments Parse(string line, KdamondsFile? file) => Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), file);

    static RecordArguments Parse(string[] words, KdamondsFile? file = null)
    {
        RootCommand root = Application.CreateRoot(new Terminal(TextWriter.Null, TextWriter.Null, errorIsTerminal: false));
        ParseResult parsed = root.Parse(Abbreviations.Expand(root, ["record", .. words]), new ParserConfiguration { ResponseFileTokenReplacer = null });
        Assert.Empty(parsed.Errors);
        return RecordCommand.Arguments(parsed, file);
    }
}
