using System.CommandLine;
using Damo.CommandLine;

namespace Damo.Tests.CommandLine;

/// <summary>What is said of command lines that cannot be.</summary>
public sealed class ParseFaultsTests
{
    [Theory]
    [InlineData("recrod x", "there is no command 'recrod'; the nearest is 'record' (see 'damo --help')")]
    [InlineData("recrod --help", "there is no command 'recrod'; the nearest is 'record' (see 'damo --help')")]
    [InlineData("help recrod", "there is no command 'recrod'; the nearest is 'record' (see 'damo --help')")]
    [InlineData("schem", "there is no command 'schem'; the nearest is 'schemes' (see 'damo --help')")]
    [InlineData("report wsss", "there is no command 'report wsss'; the nearest is 'wss' (see 'damo report --help')")]
    [InlineData("debugfs muont", "there is no command 'debugfs muont'; the nearest is 'mount' (see 'damo debugfs --help')")]
    [InlineData("debugfs xyzzy", "there is no command 'debugfs xyzzy'; there are mount, umount, status, run (see 'damo debugfs --help')")]
    [InlineData("debugfs", "'damo debugfs' needs one of mount, umount, status, run (see 'damo debugfs --help')")]
    [InlineData(
        "start",
        "there is no command 'start'; nothing runs in the background here: 'damo record' monitors and 'damo schemes' acts until they are stopped (see 'damo "
            + "--help')")]
    [InlineData("show", "there is no command 'show'; 'damo report access' shows a record (see 'damo --help')")]
    [InlineData("args damon", "there is no command 'args'; 'damo schemes' and 'damo record' take these options themselves (see 'damo --help')")]
    [InlineData("convert_record_format", "there is no command 'convert_record_format'; it is 'damo convert IN OUT' here (see 'damo --help')")]
    [InlineData(
        "report sysinfo",
        "there is no command 'report sysinfo'; 'damo doctor' shows what the machine can do, 'damo features' what the kernel's DAMON can (see 'damo report "
            + "--help')")]
    [InlineData(
        "help damon_param_options",
        "there is no command 'damon_param_options'; 'damo help record' has the options of monitoring, 'damo help schemes' those of schemes (see 'damo "
            + "--help')")]
    public void An_unknown_command_is_named_with_what_does_the_same_here_or_the_nearest(string line, string message) => AssertRefused(line, message);

    [Theory]
    [InlineData("--foo", "there is no option '--foo' (see 'damo --help')")]
    [InlineData("report wss --sortyb size", "there is no option '--sortyb'; the nearest is --sortby (see 'damo report wss --help')")]
    [InlineData("report raw --jsno", "there is no option '--jsno'; the nearest is --json (see 'damo report raw --help')")]
    [InlineData("convert --foo a b", "there is no option '--foo' (see 'damo convert --help')")]
    [InlineData(
        "record --sampel 5 1",
        "there is no option '--sampel'; the nearest is --sample; a command line is given in quotes, or behind -- (see 'damo record --help')")]
    [InlineData(
        "debugfs run --frobnicate true",
        "there is no option '--frobnicate'; a command line is given in quotes, or behind -- (see 'damo debugfs run --help')")]
    [InlineData("doctor now", "'now' is one word too many (see 'damo doctor --help')")]
    [InlineData("report raw a b", "'b' is one word too many (see 'damo report raw --help')")]
    [InlineData("report raw a -i b", "two records are given: --input b, and a (see 'damo report raw --help')")]
    [InlineData("report footprints vsz a b", "'b' is one word too many (see 'damo report footprints --help')")]
    [InlineData(
        "report footprints a b",
        "'b' is one word too many: give one metric of vsz, rss, sys_used, all, and one file (see 'damo report footprints --help')")]
    public void A_word_that_does_not_belong_is_named(string line, string message) => AssertRefused(line, message);

    [Theory]
    [InlineData("module", "'damo module' needs <reclaim|lru_sort|stat>; for example: damo module reclaim status (see 'damo module --help')")]
    [InlineData("convert", "'damo convert' needs <in> and <out>; for example: damo convert damon.data damon.json (see 'damo convert --help')")]
    [InlineData("convert a", "'damo convert' needs <out>; for example: damo convert damon.data damon.json (see 'damo convert --help')")]
    [InlineData("record --aggr", "--aggr needs a value: --aggr <time> (see 'damo record --help')")]
    [InlineData("record -a 5 -a 6 1", "-a is given 2 times, with '5', '6'; once is enough (see 'damo record --help')")]
    [InlineData("report heatmap --resol 5", "--resol needs 2 values, and has 1: --resol <time> <addresses> (see 'damo report heatmap --help')")]
    [InlineData("report wss -r 1 2", "-r needs 3 values, and has 2: -r <start> <stop> <step> (see 'damo report wss --help')")]
    public void A_missing_argument_is_named_with_an_example(string line, string message) => AssertRefused(line, message);

    /// <summary>The words of the parser's own library name its classes' ideas, not what to type.</summary>
    [Fact]
    public void Each_command_and_option_names_its_missing_word_and_its_examples_work()
    {
        int tried = 0;
        foreach ((Command command, string path) in Commands())
        {
            if (command.Subcommands.Count == 0 && command.Arguments.Any(static a => a.Arity.MinimumNumberOfValues > 0))
            {
                tried++;
                TestTerminal run = TestTerminal.Run(path.Split(' '));
                Assert.Equal(2, run.ExitCode);
                Assert.StartsWith($"damo: 'damo {path}' needs <", run.Errors, StringComparison.Ordinal);
                string example = run.Errors.Split($"for example: damo {path} ")[1].Split(" (see ")[0];
                Assert.Empty(command.Parse(example.Split(' ')).Errors);
            }

            foreach (Option option in command.Options.Where(static o => o.Arity.MinimumNumberOfValues > 0))
            {
                tried++;
                TestTerminal run = TestTerminal.Run([
                    .. path.Split(' '),
                    .. command.Arguments.Where(static a => a.Arity.MinimumNumberOfValues > 0).Select(static _ => "x"),
                    option.Name,
                ]);
                Assert.Equal(2, run.ExitCode);
                Assert.StartsWith($"damo: {option.Name} needs ", run.Errors, StringComparison.Ordinal);
            }
        }

        Assert.True(tried > 50, $"only {tried} were tried");
    }

    /// <summary>Lines that a terminal wraps by itself tear the columns of the table apart.</summary>
    [Theory]
    [InlineData(null, 100)]
    [InlineData(80, 80)]
    [InlineData(132, 132)]
    public void Help_is_as_wide_as_its_reader_can_see(int? columns, int widest)
    {
        List<string> lines = [];
        foreach ((Command _, string path) in Commands())
        {
            using StringWriter text = new();
            using StringWriter errors = new();
            Assert.Equal(
                0,
                Application.Run(
                    [.. path.Split(' '), "--help"],
                    new Terminal(text, errors, errorIsTerminal: false) { OutIsTerminal = columns is not null, Columns = columns ?? 80 }));
            lines.AddRange(text.ToString().Split('\n'));
        }

        Assert.InRange(lines.Max(static line => line.Length), widest - 20, widest);
        Assert.Contains(lines, static line => line.Contains("--overhead", StringComparison.Ordinal));
    }

    /// <summary>Scripts pass variables that are not set.</summary>
    [Fact]
    public void Every_option_and_argument_that_is_a_file_refuses_an_empty_name()
    {
        List<string> tried = [];
        foreach ((Command command, string path) in Commands())
        {
            foreach (Option option in command.Options.Where(static o => o.CompletionSources.Any(static s => s == Expected.File || s == Expected.Folder)))
            {
                tried.Add($"{path} {option.Name}");
                TestTerminal.Run([
                    .. path.Split(' '),
                    option.Name,
                    "",
                    .. command.Arguments.Where(static a => a.Arity.MinimumNumberOfValues > 0).Select(static _ => "x"),
                ])
                    .AssertOneLine(2, $"{option.Name}: the name of the file is empty; is a variable not set? (see 'damo {path} --help')");
            }

            foreach (Argument argument in command.Arguments.Where(static a => a.CompletionSources.Any(static s => s == Expected.File || s == Expected.Folder)))
            {
                tried.Add($"{path} <{argument.Name}>");
                TestTerminal.Run([.. path.Split(' '), .. command.Arguments.Select(a => a == argument ? "" : "1s")])
                    .AssertOneLine(2, $"<{argument.HelpName}>: the name of the file is empty; is a variable not set? (see 'damo {path} --help')");
            }
        }

        string[] known =
        [
            "report raw --input",
            "report wss <record>",
            "report html --output",
            "report heatmap --output",
            "record --out",
            "record --kdamonds",
            "schemes --replay",
            "convert <out>",
            "advise <record>",
            "debugfs mount <directory>",
        ];
        Assert.Empty(known.Except(tried, StringComparer.Ordinal));
    }

    [Fact]
    public void Help_appears_without_a_command_and_for_the_word_help()
    {
        Assert.Equal(TestTerminal.Run("--help").Output, Help());
        Assert.Equal(TestTerminal.Run("--help").Output, Help("help"));
        Assert.Equal(TestTerminal.Run("record", "--help").Output, Help("help", "record"));
        Assert.Equal(TestTerminal.Run("report", "wss", "--help").Output, Help("help", "report", "wss"));
        Assert.Equal(TestTerminal.Run("--version").Output, Help("version"));
        Assert.Contains("report", Help(), StringComparison.Ordinal);
    }

    /// <summary>Signs that set colours, ring, or turn the direction of writing round.</summary>
    [Fact]
    public void A_word_that_was_typed_cannot_steer_the_terminal() =>
        TestTerminal.Run("report", "a\u001b[31mb\u009bc\u202ed\u2066e\u2028f\u0007")
            .AssertOneLine(
                2,
                "there is no command 'report a [31mb c d e f '; there are raw, heats, heatmap, html, wss, nr_regions, footprints, record-info, access (see "
                    + "'damo report --help')");

    static string Help(params string[] line)
    {
        TestTerminal run = TestTerminal.Run(line);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Errors);
        return run.Output;
    }

    static void AssertRefused(string line, string message) => TestTerminal.Run(line.Split(' ')).AssertOneLine(2, message);

    static IEnumerable<(Command Command, string Path)> Commands()
    {
        using StringWriter nowhere = new();
        RootCommand root = Application.CreateRoot(new Terminal(nowhere, nowhere, errorIsTerminal: false));
        foreach (Command command in root.Subcommands)
        {
            yield return (command, command.Name);
            foreach (Command sub in command.Subcommands)
            {
                yield return (sub, $"{command.Name} {sub.Name}");
            }
        }
    }
}
