using Damo.Tests.Commands;

namespace Damo.Tests.CommandLine;

/// <summary>A file holds what the ending of its name promises.</summary>
public sealed class FileEndingsTests : IDisposable
{
    readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("d.json.gz", "is no .gz: nothing is compressed like that here, so leave the ending out and compress the file; --")]
    [InlineData("d.ZIP", "is no .ZIP: nothing is compressed like that here")]
    [InlineData("d.csv", "is no .csv: 'damo report raw --csv', and other reports, print one")]
    [InlineData("d.pdf", "is no .pdf: 'damo report heatmap --output FILE.pdf' draws one")]
    [InlineData("d.html", "is no .html: 'damo report html -o FILE.html' writes one")]
    [InlineData("d.gif", "is no .gif: pictures end in .png, .jpeg, .jpg, .svg or .pdf")]
    [InlineData("d.yaml", "is no .yaml: nothing here writes that")]
    public void A_record_with_the_extension_of_another_format_is_refused_unless_its_format_is_given(string name, string message)
    {
        string input = _folder.Write("damon.data", 25);
        foreach (string[] command in (string[][])[
            ["convert", input, _folder.Path(name)],
            ["adjust", input, "-o", _folder.Path(name)],
            ["record", "1", "-o", _folder.Path(name)],
        ])
        {
            TestTerminal run = TestTerminal.Run(command);
            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.Contains(message, run.Errors, StringComparison.Ordinal);
            Assert.False(File.Exists(_folder.Path(name)));
        }

        Assert.Contains("--output_type", TestTerminal.Run("adjust", input, "-o", _folder.Path(name)).Errors, StringComparison.Ordinal);
        Assert.Equal((0, "", ""), RecordFolder.Run("convert", input, _folder.Path(name), "--format", "json"));
        Assert.StartsWith("[", File.ReadAllText(_folder.Path(name)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("D.JSON", "[")]
    [InlineData("d.json", "[")]
    [InlineData("d.txt", "kdamond.x")]
    [InlineData("d.perf_script", "kdamond.x")]
    [InlineData("d.json_compressed", "x")]
    [InlineData("d.data", "damon_recfmt_ver")]
    [InlineData("d", "damon_recfmt_ver")]
    public void The_ending_of_a_known_format_chooses_it_in_every_command_that_writes_records(string name, string head)
    {
        string input = _folder.Write("damon.data", 25);
        Assert.Equal((0, "", ""), RecordFolder.Run("convert", input, _folder.Path(name)));
        Assert.StartsWith(head, File.ReadAllText(_folder.Path(name)), StringComparison.Ordinal);
        File.Delete(_folder.Path(name));
        Assert.Equal((0, "", ""), RecordFolder.Run("adjust", input, "-o", _folder.Path(name)));
        Assert.StartsWith(head, File.ReadAllText(_folder.Path(name)), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_extension_gives_binary_and_a_line_that_says_so()
    {
        string output = _folder.Path("d.foo");
        Assert.Equal(
            (0, "", $"damo: '{output}' is written in binary, since .foo names no format; --format (binary|perf_script|json|json_compressed) chooses one\n"),
            RecordFolder.Run("convert", _folder.Write("damon.data", 25), output));
        Assert.StartsWith("damon_recfmt_ver", File.ReadAllText(output), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.pdf", "is no .pdf: 'damo report heatmap --output FILE.pdf' draws one; a page ends in .html")]
    [InlineData("x.json", "is no .json: 'damo report access --json', and other reports, print JSON")]
    [InlineData("damon.data", "is no .data: 'damo convert IN OUT' writes a record")]
    [InlineData("x.txt", "is no .txt: 'damo report raw', and other reports, print text")]
    [InlineData("x.html.gz", "is no .gz: nothing is compressed like that here")]
    public void A_page_with_the_extension_of_another_format_is_refused(string name, string message)
    {
        (int code, string output, string errors) = RecordFolder.Run("report", "html", _folder.Write("in", 30), "-o", _folder.Path(name));
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Path(name)));
    }

    [Theory]
    [InlineData("page.html")]
    [InlineData("page.HTM")]
    [InlineData("page")]
    [InlineData("page.of.today")]
    public void A_page_may_have_any_extension_that_no_other_format_uses(string name) =>
        Assert.Equal((0, "", ""), RecordFolder.Run("report", "html", _folder.Write("in", 30), "-o", _folder.Path(name)));

    [Theory]
    [InlineData(
        "demo --simulated -o x.json",
        "--out: 'x.json' would be a binary record, which is no .json: name it like damon.data, and 'damo convert' makes a .json of it")]
    [InlineData("demo --simulated -o x.pdf", "'x.pdf' would be a record, which is no .pdf: 'damo report heatmap --output FILE.pdf' draws one")]
    [InlineData(
        "schemes -c 4K_max_min_min_min_max_stat 1 --record x.txt",
        "--record: 'x.txt' would be a binary record, which is no .txt: name it like damon.data, and 'damo convert' makes a .txt of it")]
    public void Commands_that_record_only_binary_refuse_the_extension_of_another_format(string line, string message)
    {
        TestTerminal run = TestTerminal.Run([.. line.Split(' ').Select(static word => word.Replace('_', ' '))]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x.PNG")]
    [InlineData("x.jpg")]
    public void Usual_spellings_of_the_endings_of_pictures_draw_them(string name)
    {
        Assert.Equal((0, "", ""), RecordFolder.Run("report", "heatmap", _folder.Write("in", 30), "--output", _folder.Path(name)));
        Assert.True(new FileInfo(_folder.Path(name)).Length > 100);
    }
}
