using System.Text.Json;

namespace Damo.Tests.Commands;

public sealed class ReportRecordInfoCommandTests : IDisposable
{
    readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_guide_of_a_genuine_record_is_shown()
    {
        string path = RecordFolder.Genuine("v3.3.0-ongoing.json");
        (int code, string output, string errors) = RecordFolder.Run("report", "record-info", "-i", path, "--raw_numbers");
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(RecordFolder.Run("report", "heatmap", "-i", path, "--guide").Output, output);
        (_, output, _) = RecordFolder.Run("report", "record_info", "-i", path);
        Assert.Equal(RecordFolder.Run("report", "heatmap", "-i", path, "--guide_human").Output, output);
        Assert.StartsWith("target_id: 0\ntime: [", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_facts_of_the_sidecar_come_after_the_areas()
    {
        string path = _folder.Write("a", 30, sidecar: true);
        Assert.Equal(
            (0, """
            target_id: 42
            time: [-1.100 s, 3 s) (4.100 s)
            region	 0: [4.000000 KiB, 20.000000 KiB) (16.000 KiB)

            recording:
              host: somewhere
              kernel: 6.12.0
              tool: damo 1.0
              command line: damo record './a b'
              program: ./a b
              engine: engine
              access check: page-table
              granularity: page
              address space: vaddr
              sampling interval, asked: 5 ms
              aggregation interval, asked: 100 ms
              update interval, asked: 1 s
              least regions: 10
              most regions: 1,000
              sampling interval, effective: 5.001 ms
              aggregation interval, effective: 100.020 ms
              update interval, effective: 1.000 s
              snapshots: 30
              CPU time of the tool: 0.50 %
              time in access checks: 0.25 %
              access checks per second: 8,000
              samples: 600
              samples left out: 2
              99 % of samples late by at most: 90 us
              intervals stretched by: 1
              end: targets gone

            """.ReplaceLineEndings("\n"), ""),
            RecordFolder.Run("report", "record-info", "-i", path));
        Assert.Contains(
            "\n  effective_aggr_us: 100020\n",
            RecordFolder.Run("report", "record-info", "-i", path, "--raw_numbers").Output,
            StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(RecordFolder.Run("report", "record-info", "-i", path, "--json").Output);
        JsonElement recording = json.RootElement.GetProperty("recording");
        Assert.Equal(
            ("somewhere", 100_020, 30),
            (recording.GetProperty("host").GetString(), recording.GetProperty("effective_aggr_us").GetDouble(), recording.GetProperty("snapshots").GetInt32()));
        Assert.Equal(0, recording.GetProperty("notes").GetArrayLength());
        Assert.Equal(20480, json.RootElement.GetProperty("targets")[0].GetProperty("regions")[0].GetProperty("end_address").GetInt32());
        Assert.StartsWith(
            "kdamond_idx,context_idx,scheme_idx,target_id,start_ns,end_ns,region,start_address,end_address,series\n,,,42,",
            RecordFolder.Run("report", "record-info", "-i", path, "--csv").Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_sidecar_cannot_steer_the_terminal_and_a_broken_one_is_reported()
    {
        string path = _folder.Write("a", 3);
        File.WriteAllText(path + ".meta.json", "{\"format\":1,\"host_name\":\"a\\u001b[31mb\"}\n{\"status\":{\"snapshots\":2}}\nx\n");
        (int code, string output, string errors) = RecordFolder.Run("report", "record-info", "-i", path);
        Assert.Equal((0, ""), (code, errors));
        Assert.Contains("  host: a [31mb\n", output, StringComparison.Ordinal);
        Assert.Contains("  end: not closed: still running, or killed\n", output, StringComparison.Ordinal);
        Assert.Contains("  problem: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_is_reported_and_with_strict_a_failure()
    {
        string path = _folder.Write("a", 30);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^3]);
        (int code, string output, string errors) = RecordFolder.Run("report", "record-info", "-i", path, "--strict");
        Assert.Equal(1, code);
        Assert.StartsWith("target_id: 42\n", output, StringComparison.Ordinal);
        Assert.Contains("29 whole snapshots", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory]
    [InlineData("-i nowhere", 1, "there is no record 'nowhere' here; 'damo record' makes one")]
    [InlineData("--json --csv", 2, "exclude each other")]
    public void Wrong_arguments_are_reported_in_one_line(string line, int code, string message)
    {
        (int actual, string output, string errors) = RecordFolder.Run(["report", "record-info", .. line.Split(' ')]);
        Assert.Equal((code, ""), (actual, output));
        Assert.Contains(message, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }
}
