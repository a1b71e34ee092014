using System.Diagnostics;
using Damo.Tests.Commands;

namespace Damo.Tests.Outputs;

public sealed class OutputTests : IDisposable
{
    const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string[] Names() => [.. Directory.EnumerateFileSystemEntries(_folder.Path("")).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    static void MakePipe(string path)
    {
        using Process process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Theory]
    [InlineData("report html -o", "page.html")]
    [InlineData("report heatmap --output", "picture.png")]
    [InlineData("report heats --heatmap", "picture.svg")]
    [InlineData("report nr_regions --plot", "picture.pdf")]
    [InlineData("convert damon.data", "record.json")]
    [InlineData("adjust 1s --skip 0 -o", "record.data")]
    public void Outputs_that_show_command_lines_are_for_their_owner_alone(string command, string name)
    {
        string record = _folder.Write("damon.data", 30, sidecar: true);
        string[] words = [.. command.Split(' ').Select(w => w == "damon.data" ? record : w), _folder.Path(name)];
        Assert.Equal((0, "", ""), RecordFolder.Run(words[0] == "convert" ? words : [.. words, "-i", record]));
        Assert.All(Directory.GetFiles(_folder.Path(""), name + "*"), file => Assert.Equal(Owner, File.GetUnixFileMode(file)));
    }

    [Theory]
    [InlineData("report html -o", "record")]
    [InlineData("report html -o", "sidecar-link.html")]
    [InlineData("report html -o", "link")]
    [InlineData("report heatmap --output", "link.png")]
    [InlineData("report heats --heatmap", "link.svg")]
    [InlineData("report nr_regions --plot", "link.pdf")]
    [InlineData("report wss --work_time 1s --plot", "link.jpeg")]
    public void A_report_does_not_replace_the_record_it_is_made_of(string command, string name)
    {
        string record = _folder.Write("record", 30, sidecar: true);
        byte[] before = File.ReadAllBytes(record);
        if (name.Contains("link", StringComparison.Ordinal))
        {
            File.CreateSymbolicLink(_folder.Path(name), name.StartsWith("sidecar", StringComparison.Ordinal) ? record + ".meta.json" : record);
        }

        string[] names = Names();
        string output = _folder.Path(name);
        Assert.Equal(
            (1, "", $"damo: '{output}' cannot be written: it is what is read; give it another name\n"),
            RecordFolder.Run([.. command.Split(' '), output, "-i", record]));
        Assert.Equal(before, File.ReadAllBytes(record));
        Assert.Equal(names, Names());
    }

    [Fact]
    public void A_page_goes_to_standard_output()
    {
        string record = _folder.Write("damon.data", 30);
        Assert.Equal(0, RecordFolder.Run("report", "html", "-i", record, "-o", _folder.Path("page")).Code);
        (int code, string output, string errors) = RecordFolder.Run("report", "html", "-i", record, "-o", "-");
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(File.ReadAllText(_folder.Path("page")), output);
        Assert.Equal(["damon.data", "page"], Names());
    }

    [Theory]
    [InlineData("report heatmap --output -")]
    [InlineData("report heats --heatmap -")]
    [InlineData("report nr_regions --plot -")]
    [InlineData("report wss --plot -")]
    public void A_picture_cannot_go_to_standard_output_and_says_so(string command)
    {
        string record = _folder.Write("damon.data", 30);
        (int code, string output, string errors) = RecordFolder.Run([.. command.Split(' '), "-i", record]);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(
            "cannot be drawn to standard output",
            Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--out: standard output has the demo's picture", "demo", "--simulated", "-o", "-")]
    [InlineData("--out: standard output has the demo's picture", "demo", "--simulated", "-o", "/dev/stdout")]
    [InlineData("--record: standard output has what the schemes did", "schemes", "4K max min min 5s max stat", "1", "--record", "/dev/fd/1")]
    public void A_command_that_prints_results_refuses_to_record_to_standard_output(string message, params string[] command)
    {
        (int code, _, string errors) = RecordFolder.Run(command);
        Assert.Equal(2, code);
        Assert.StartsWith($"damo: {message}; ", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report", "raw")]
    [InlineData("report", "record-info")]
    [InlineData("report", "heatmap", "--output", "raw")]
    [InlineData("report", "html", "-o", "-")]
    [InlineData("report", "access")]
    [InlineData("validate")]
    [InlineData("advise")]
    [InlineData("adjust", "1s", "--skip", "0", "-o", "-")]
    public void A_pipe_or_a_device_in_place_of_a_sidecar_is_not_read_and_reports_say_so(params string[] command)
    {
        const string NotUsed = "the sidecar is not used: it is no regular file, or may not be read";
        string record = _folder.Write("damon.data", 30);
        string[] words = command[0] == "advise" ? ["advise", record] : [.. command, "-i", record];
        (int Code, string Output, string Errors) without = RecordFolder.Run(words);
        (int Code, string Output, string Errors) with = command[0] is "report" or "validate"
            ? without with { Errors = $"damo: {record}: {NotUsed}\n{without.Errors}" }
            : without;
        MakePipe(record + ".meta.json");
        Assert.Equal(with, RecordFolder.Run(words));
        File.Delete(record + ".meta.json");
        File.CreateSymbolicLink(record + ".meta.json", "/dev/zero");
        Assert.Equal(with, RecordFolder.Run(words));
    }

    [Fact]
    public void A_conversion_leaves_a_broken_sidecar_out_and_says_so()
    {
        string record = _folder.Write("damon.data", 30);
        File.WriteAllText(record + ".meta.json", "garbage\n");
        (int code, _, string errors) = RecordFolder.Run("convert", record, _folder.Path("d.json"));
        Assert.Equal(0, code);
        Assert.StartsWith(
            $"damo: {record}: the sidecar is left out: ",
            Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Path("d.json.meta.json")));
    }

    /// <summary>Memory of a process is no pipe, and no end of it is readable at 0.</summary>
    [Theory]
    [InlineData("report", "raw")]
    [InlineData("report", "html", "-o", "-")]
    [InlineData("validate")]
    [InlineData("adjust", "1s", "-o", "-")]
    public void An_input_that_cannot_be_read_is_named_in_own_words(params string[] command) =>
        TestTerminal.Run([.. command, "-i", "/proc/self/mem"]).AssertOneLine(1, "/proc/self/mem cannot be read: Input/output error");

    [Fact]
    public void A_report_says_that_a_broken_sidecar_is_not_used()
    {
        string record = _folder.Write("damon.data", 30);
        File.WriteAllText(record + ".meta.json", "garbage\n");
        (int code, _, string errors) = RecordFolder.Run("report", "raw", "-i", record);
        Assert.Equal(0, code);
        Assert.StartsWith(
            $"damo: {record}: the sidecar is not used: ",
            Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_sidecar_of_a_record_that_is_a_link_stands_beside_the_record()
    {
        string record = _folder.Write("damon.data", 30, sidecar: true);
        File.CreateSymbolicLink(_folder.Path("link"), record);
        Assert.Equal(
            RecordFolder.Run("report", "record-info", "-i", record).Output,
            RecordFolder.Run("report", "record-info", "-i", _folder.Path("link")).Output);
        Assert.Equal(0, RecordFolder.Run("convert", _folder.Path("link"), _folder.Path("copy")).Code);
        Assert.Equal(File.ReadAllText(record + ".meta.json"), File.ReadAllText(_folder.Path("copy.meta.json")));
    }

    [Fact]
    public void Schemes_of_a_device_without_an_end_are_refused()
    {
        (int code, _, string errors) = RecordFolder.Run("schemes", "-c", "/dev/zero", "1");
        Assert.Equal((1, "damo: '/dev/zero' is no file of schemes: it has more than 16 MiB\n"), (code, errors));
    }

    [Fact]
    public void The_manual_is_for_all_to_read()
    {
        Assert.Equal(0, RecordFolder.Run("manual", _folder.Path("")).Code);
        Assert.Equal(Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(_folder.Path("damo-record.1")));
    }

    [Fact]
    public void Names_reach_standard_output_without_what_steers_a_terminal()
    {
        string folder = Directory.CreateDirectory(_folder.Path("a\u001b[2Jb")).FullName;
        TestTerminal manual = TestTerminal.Run("manual", folder);
        TestTerminal demo = TestTerminal.Run("demo", "--simulated", "-t", "1s", "-o", Path.Combine(folder, "r"));
        Assert.Equal((0, 0), (manual.ExitCode, demo.ExitCode));
        Assert.Contains("a [2Jb", manual.Output, StringComparison.Ordinal);
        Assert.Contains("a [2Jb", demo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", manual.Output + demo.Output, StringComparison.Ordinal);
    }
}
