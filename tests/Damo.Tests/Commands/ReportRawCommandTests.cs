using Damon.Monitoring;
using Damon.Records.Binary;

namespace Damo.Tests.Commands;

public sealed class ReportRawCommandTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("damo-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_missing_file_is_refused_in_the_words_of_the_first_tool()
    {
        string path = Path.Combine(_folder, "none");
        TestTerminal.Run("report", "raw", "-i", path).AssertOneLine(1, $"there is no record '{path}' here; 'damo record' makes one");
        TestTerminal.Run("report", "raw", "--inp", path, "--style", "seed").AssertOneLine(1, $"input file ({path}) is not exist");
    }

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    [InlineData("raw_number")]
    [InlineData("target-id")]
    public void A_part_of_the_time_is_shown_in_every_form(string form)
    {
        // Snapshots end once a second.
        string path = WriteRecord(8);
        string all = TestTerminal.Run("report", "raw", path, $"--{form}").Output;
        string part = TestTerminal.Run("report", "raw", "--duration", "2", "3000ms", path, $"--{form}").Output;
        Assert.Equal(8, Snapshots(all));
        Assert.Equal(4, Snapshots(part));
        Assert.Equal(all, TestTerminal.Run("report", "raw", "--duration", "0", "1h", path, $"--{form}", "--input_type", "record").Output);
        int Snapshots(string text) => form switch
        {
            "json" => text.Split("\"time_ns\"").Length - 1,
            "csv" => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(',')[0]).Distinct().Count(),
            "raw_number" => text.Split("monitoring_end:").Length - 1,
            _ => text.Split("rel time:").Length - 1,
        };
    }

    [Fact]
    public void A_folder_as_record_is_one_line() =>
        TestTerminal.Run("report", "raw", "-i", _folder).AssertOneLine(1, $"'{_folder}' is a directory; give the record itself");

    [Theory]
    [InlineData("")]
    [InlineData("no record at all, but long enough to be one if it were")]
    [InlineData("\u007fELF\u0002\u0001\u0001")]
    [InlineData("{\"format\":1}")]
    public void An_empty_or_foreign_file_is_reported_in_one_line(string text)
    {
        string path = Path.Combine(_folder, "foreign");
        File.WriteAllText(path, text);
        TestTerminal run = TestTerminal.Run("report", "raw", "-i", path);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.StartsWith($"damo: {path}: ", run.Errors);
        Assert.Equal(1, run.Errors.Count(c => c == '\n'));
    }

    [Fact]
    public void A_record_without_a_snapshot_is_reported()
    {
        string path = WriteRecord(0);
        TestTerminal.Run("report", "raw", "-i", path).AssertOneLine(1, $"{path} holds no snapshot");
    }

    [Fact]
    public void A_record_cut_off_gives_what_is_whole_and_the_place()
    {
        string path = WriteRecord(3);
        using (FileStream file = new(path, FileMode.Open))
        {
            file.SetLength(file.Length - 5);
        }

        TestTerminal run = TestTerminal.Run("report", "raw", "-i", path);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, run.Output.Split("rel time:").Length - 1);
        Assert.Contains("cut off", run.Errors);
        Assert.Equal(1, run.Errors.Count(c => c == '\n'));
    }

    [Fact]
    public void A_closed_pipe_ends_quietly()
    {
        TestTerminal run = TestTerminal.RunWith(new FailingStream(new IOException("Broken pipe", 32)), "report", "raw", "-i", WriteRecord(3));
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("", run.Errors);
    }

    [Fact]
    public void A_full_output_is_one_line() =>
        TestTerminal.RunWith(new FailingStream(new IOException("No space left", 28)), "report", "raw", "-i", WriteRecord(3)).AssertOneLine(1, "No space left");

    string WriteRecord(int snapshots)
    {
        string path = Path.Combine(_folder, "record");
        using BinaryRecordWriter writer = new(File.Create(path));
        Snapshot snapshot = new();
        for (int i = 1; i <= snapshots; i++)
        {
            snapshot.Reset(i * 1_000_000_000L);
            snapshot.AddTarget(42);
            snapshot.AddRegion(new SnapshotRegion(4096, 8192, 3, 0));
            writer.Write(snapshot);
        }

        return path;
    }
}
