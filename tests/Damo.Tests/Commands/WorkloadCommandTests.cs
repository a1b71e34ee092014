using System.CommandLine;
using Damo.CommandLine;
using Damo.Commands;
using Damo.Workloads;

namespace Damo.Tests.Commands;

public class WorkloadCommandTests
{
    [Theory]
    [InlineData("workload", "argument missing")]
    [InlineData("workload warm --log x", "'warm' is unknown, but must be one of heats, stripes, random, sequential, idle, hold")]
    [InlineData("workload 0 --log x", "'0' is unknown")]
    [InlineData("workload heats --kind gold --log x", "must be one of anon, thp, file, shmem, shared2")]
    [InlineData("workload heats", "--log is missing")]
    [InlineData("workload heats --log x --regions 0", "--regions is 0, but must be 1 to 4096")]
    [InlineData("workload heats --log x --regions 4097", "--regions is 4097")]
    [InlineData("workload heats --log x --regions many", "many")]
    [InlineData("workload heats --log x --region-size 4097", "--region-size is 4097, but must be a multiple of 4096")]
    [InlineData("workload heats --log x --region-size 0", "--region-size is 0")]
    [InlineData("workload heats --log x --region-size -4096", "--region-size is -4096")]
    [InlineData("workload heats --log x --region-size 9223372036854771712", "all regions together at most")]
    [InlineData("workload heats --log x --kind thp --region-size 1048576", "multiple of 2097152")]
    [InlineData("workload heats --log x --kind file", "--directory is missing")]
    [InlineData("workload random --log x --active 100", "--active is 100")]
    [InlineData("workload random --log x --active 12288", "needs a power of two")]
    [InlineData("workload sequential --log x --active 2147483648", "--active is 2147483648")]
    public void Wrong_arguments_are_reported_and_nothing_runs(string line, string message)
    {
        (string? error, WorkloadOptions? options) = Run(line.Split(' '));
        Assert.Null(options);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_survive_the_command_line()
    {
        WorkloadOptions options = WorkloadOptions.For(WorkloadPattern.Random) with
        {
            Kind = WorkloadKind.File,
            NrRegions = 4,
            RegionBytes = 1 << 20,
            ActiveBytes = 8192,
            Spin = true,
            Directory = "/a b",
            Log = "/c d",
            Parent = 7,
        };
        (string? error, WorkloadOptions? parsed) = Run(["workload", .. options.ToArguments()]);
        Assert.Null(error);
        Assert.Equal(options, parsed);
    }

    [Theory]
    [InlineData("heats", 10, 16 << 20)]
    [InlineData("stripes", 68, 2 << 20)]
    [InlineData("random", 1, 1 << 30)]
    public void Each_pattern_has_its_defaults(string pattern, int nrRegions, long regionBytes)
    {
        (_, WorkloadOptions? options) = Run(["workload", pattern, "--log", "x"]);
        Assert.Equal((nrRegions, regionBytes), (options!.NrRegions, options.RegionBytes));
    }

    [Fact]
    public void Failures_are_one_line()
    {
        RootCommand root = new() { WorkloadCommand.Create(_ => throw new IOException("no memory")) };
        UserErrorException e = Assert.Throws<UserErrorException>(() => Invoke(root.Parse(["workload", "heats", "--log", "x"])));
        Assert.Equal(("no memory", ExitCode.Failed), (e.Message, e.ExitCode));
    }

    [Fact]
    public void The_workload_command_is_hidden_from_help() => Assert.True(WorkloadCommand.Create(_ => 0).Hidden);

    static (string? Error, WorkloadOptions? Options) Run(string[] arguments)
    {
        WorkloadOptions? seen = null;
        RootCommand root = new()
        {
            WorkloadCommand.Create(options =>
            {
                seen = options;
                return 0;
            }),
        };
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            return (string.Join('\n', parsed.Errors.Select(error => error.Message)), seen);
        }

        try
        {
            Invoke(parsed);
            return (null, seen);
        }
        catch (UserErrorException e)
        {
            Assert.Equal(ExitCode.Usage, e.ExitCode);
            return (e.Message, seen);
        }
    }

    static int Invoke(ParseResult parsed) => parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
