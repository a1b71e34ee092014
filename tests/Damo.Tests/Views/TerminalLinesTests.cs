using Damo.CommandLine;
using Damo.Recording;
using Damo.Schemes;
using Damo.Tests.Commands;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damo.Tests.Views;

/// <summary>What stands on a terminal fits it.</summary>
public sealed class TerminalLinesTests : IDisposable
{
    readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static IReadOnlyList<SchemeProgress> Schemes() =>
    [
        .. Enumerable.Range(0, 3).Select(_ => new SchemeProgress
        {
            Action = SchemeAction.LruDeprio,
            Statistics = new SnapshotSchemeStatistics(123_456_789, 1UL << 45, 123_456_789, 1UL << 45, 0, 123_456, 0, 0),
            EffectiveQuota = 1UL << 40,
            ChargedBytes = 1UL << 39,
            ActionNs = 12_345_678_901,
        }),
    ];

    [Theory]
    [InlineData(1000)]
    [InlineData(100)]
    [InlineData(80)]
    [InlineData(40)]
    [InlineData(10)]
    public void The_table_of_schemes_is_no_wider_than_the_terminal_and_says_the_most_important_first(int room)
    {
        IReadOnlyList<string> lines = SchemeTable.Lines(Schemes(), 10, room);
        Assert.Equal(4, lines.Count);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, room));
        Assert.Contains("action", lines[0]);
        if (room >= 40)
        {
            Assert.Contains("bytes applied", lines[0]);
        }

        Assert.Equal(room >= 1000, lines[0].Contains("bytes tried", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("dumb", false)]
    [InlineData("xterm-256color", true)]
    [InlineData("linux", true)]
    public void Lines_are_redrawn_only_where_escape_sequences_are_known(string? term, bool can) =>
        Assert.Equal(can, ColorDetection.CanMove(name => name == "TERM" ? term : null));

    [Theory]
    [InlineData(60, 60)]
    [InlineData(132, 132)]
    [InlineData(1000, 240)]
    [InlineData(5, 20)]
    public void A_heatmap_is_as_wide_as_its_terminal_and_names_the_process(int columns, int expected)
    {
        string path = _folder.Write("r", 30, sidecar: true);
        string[] lines = RecordFolder.RunOnTerminal(columns, "report", "heatmap", "-i", path).Output.Split('\n');
        Assert.Equal("# target 42", lines[0]);
        Assert.All(lines[1..41], line => Assert.Equal(expected, line.Length));
        Assert.Equal(80, RecordFolder.Run("report", "heatmap", "-i", path).Output.Split('\n')[0].Length);
    }

    [Fact]
    public void On_a_terminal_regions_have_exact_addresses_and_names()
    {
        string path = _folder.Write("r", 3, sidecar: true);
        using (Damon.Records.Sidecar.SidecarWriter sidecar = new(
            File.Create(path + ".meta.json"),
            new Damon.Records.Sidecar.RecordHeader { Intervals = new Damon.Records.Streams.RecordIntervals { SampleUs = 5000, AggrUs = 100_000 } }))
        {
            sidecar.WriteMappings(
                0,
                42,
                [new() { Start = 4096, End = 12288, Name = "/lib/libc.so.6" }, new() { Start = 12288, End = 20480, Name = "[he\u001bap]" }]);
        }

        string text = RecordFolder.RunOnTerminal(80, "report", "access", "-i", path, "--snapshot_idx", "0", "1").Output;
        Assert.Contains("\n1   addr 0x000000002000 size 4.000 KiB   access 10 hz  age unknown       libc.so.6\n", text);
        Assert.Contains(" [he\\u{1b}ap]\n", text);
        Assert.DoesNotContain("0x0000", RecordFolder.Run("report", "access", "-i", path, "--snapshot_idx", "0", "1").Output);
        Assert.DoesNotContain(
            "0x0000",
            RecordFolder.RunOnTerminal(80, "report", "access", "-i", path, "--snapshot_idx", "0", "1", "--format", "append", "region", "").Output);
    }

    [Theory]
    [InlineData(
        "damon.data",
        "Next:  damo report wss      how much memory is in use\n       damo report heatmap  when, and where\n       damo report html     a page to look into "
            + "it\n")]
    [InlineData("a b'c", "Next:  damo report wss -i 'a b'\\''c'      how much memory is in use\n")]
    public void A_recording_ends_with_what_can_be_done_with_it(string record, string expected)
    {
        StringWriter text = new() { NewLine = "\n" };
        RecordWelcome.WriteNext(record, text);
        Assert.StartsWith(expected, text.ToString());
        Assert.Equal(3, text.ToString().Count(c => c == '\n'));
    }

    [Fact]
    public void The_welcome_is_printed_on_terminals_only()
    {
        Assert.False(RecordWelcome.IsFor(new Terminal(TextWriter.Null, TextWriter.Null, errorIsTerminal: true), null));
        Assert.True(RecordWelcome.IsFor(new Terminal(TextWriter.Null, TextWriter.Null, errorIsTerminal: false) { OutIsTerminal = true }, null));
    }
}
