using System.Text;
using Damo.CommandLine;
using Damon.Monitoring;
using Damon.Records.Binary;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Tests.Commands;

public sealed class ConvertCommandTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("damo-test");

    public void Dispose() => _folder.Delete(recursive: true);

    string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        MemoryStream output = new();
        StringWriter errors = new();
        Terminal terminal = new(TextWriter.Null, errors, errorIsTerminal: false) { OpenOutput = () => new UnclosedStream(output) };
        int code = Application.Run(arguments, terminal);
        return (code, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }

    string Write(string name, long id = 42, int snapshots = 3)
    {
        using BinaryRecordWriter writer = new(File.Create(Path(name)), id > int.MaxValue ? 2 : 1);
        using SidecarWriter sidecar = new(
            File.Create(Path(name + ".meta.json")),
            new RecordHeader { Intervals = new RecordIntervals { SampleUs = 5000, AggrUs = 100_000, UpdateUs = 1_000_000 } });
        Snapshot snapshot = new();
        for (int i = 1; i <= snapshots; i++)
        {
            snapshot.Reset(i * 100_000_000L);
            snapshot.AddTarget(id);
            snapshot.AddRegion(new SnapshotRegion(4096, 8192, (uint)i, i + 10));
            writer.Write(snapshot);
            sidecar.WriteAges(i - 1, snapshot);
        }

        return Path(name);
    }

    [Fact]
    public void A_record_goes_through_all_formats_and_comes_back()
    {
        string first = Write("damon.data");
        Assert.Equal((0, "", ""), Run("convert", first, Path("a.json")));
        string json = File.ReadAllText(Path("a.json"));
        Assert.Contains("\"start_time\": \"0\"", json, StringComparison.Ordinal);
        Assert.Contains("\"aggr_us\": \"100000\"", json, StringComparison.Ordinal);
        Assert.Contains("\"aggr_intervals\": \"11\"", json, StringComparison.Ordinal);
        Assert.Equal((0, "", ""), Run("convert", Path("a.json"), Path("b.json_compressed")));
        Assert.Equal((0, "", ""), Run("convert", Path("b.json_compressed"), Path("c.perf_script")));
        Assert.Equal((0, "", ""), Run("convert", Path("c.perf_script"), Path("d.data")));
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(Path("d.data")));

        // The sidecar came all the way.
        Assert.Equal(File.ReadAllBytes(first + ".meta.json"), File.ReadAllBytes(Path("d.data.meta.json")));
        Assert.Empty(_folder.GetFiles(".*"));
    }

    [Fact]
    public void A_binary_record_out_of_json_gets_a_sidecar_with_what_it_cannot_hold()
    {
        Run("convert", Write("damon.data"), Path("a.json"));
        File.Delete(Path("a.json.meta.json"));
        Assert.Equal(0, Run("convert", Path("a.json"), Path("b.data")).Code);
        Assert.Equal(0, Run("convert", Path("b.data"), Path("c.json")).Code);
        Assert.Equal(File.ReadAllText(Path("a.json")), File.ReadAllText(Path("c.json")));
    }

    [Fact]
    public void An_existing_output_becomes_old_even_when_it_is_the_input()
    {
        string record = Write("damon.data");
        byte[] before = File.ReadAllBytes(record);
        Assert.Equal(0, Run("convert", record, record, "--format", "perf_script").Code);
        Assert.Equal(before, File.ReadAllBytes(record + ".old"));
        Assert.StartsWith("kdamond.x", File.ReadAllText(record), StringComparison.Ordinal);
    }

    [Fact]
    public void Large_ids_choose_version_2()
    {
        Run("convert", Write("damon.data", long.MaxValue), Path("a.json"));
        Assert.Equal(0, Run("convert", Path("a.json"), Path("b.data")).Code);
        Assert.Equal(2, File.ReadAllBytes(Path("b.data"))[16]);
        (int code, _, string errors) = Run("convert", Path("a.json"), Path("c.data"), "--version", "1");
        Assert.Equal(1, code);
        Assert.Contains("version 2 holds", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path("c.data")));
    }

    [Fact]
    public void A_cut_record_is_converted_as_far_as_it_goes_unless_strict()
    {
        string record = Write("damon.data");
        File.WriteAllBytes(record, File.ReadAllBytes(record)[..^5]);
        (int code, _, string errors) = Run("convert", record, Path("a.json"), "--strict");
        Assert.Equal((1, false), (code, File.Exists(Path("a.json"))));
        Assert.Contains("cut off", errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(0, Run("convert", record, Path("a.json")).Code);
        Assert.True(File.Exists(Path("a.json")));
        Assert.Equal(0, Run("report", "raw", "-i", record).Code);
        Assert.Equal(1, Run("report", "raw", "-i", record, "--strict").Code);
    }

    [Theory]
    [InlineData("--format", "perf_data")]
    [InlineData("--format", "xml")]
    [InlineData("--version", "3")]
    public void Wrong_options_of_convert_are_one_line_of_usage(params string[] options)
    {
        (int code, _, string errors) = Run(["convert", Write("damon.data"), Path("a"), .. options]);
        Assert.Equal(2, code);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_file_that_is_not_a_record_is_refused_with_its_name_and_a_remedy()
    {
        File.WriteAllText(Path("perf.data"), "PERFILE2 and more of it");
        (int code, _, string errors) = Run("convert", Path("perf.data"), Path("a.json"));
        Assert.Equal(1, code);
        Assert.Contains($"perf script -i {Path("perf.data")} > {Path("perf.data")}.txt", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path("a.json")));
        Assert.Contains("there is no record", Run("convert", Path("missing"), Path("a.json")).Errors, StringComparison.Ordinal);
        Assert.Contains("is a directory", Run("convert", _folder.FullName, Path("a.json")).Errors, StringComparison.Ordinal);
        File.WriteAllBytes(Path("empty"), []);
        Assert.Contains("the file is empty", Run("report", "raw", "-i", Path("empty")).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_output_takes_a_record()
    {
        (int code, string output, _) = Run("convert", Write("damon.data"), "-", "--format", "perf_script");
        Assert.Equal(0, code);
        Assert.Equal("kdamond.x xxxx xxxx 0.100000: damon:damon_aggregated: target_id=42 nr_regions=1 4096-8192: 1 11", output.Split('\n')[0]);
    }
}
