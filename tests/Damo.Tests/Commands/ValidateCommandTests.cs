using System.Text.Json;

namespace Damo.Tests.Commands;

public sealed class ValidateCommandTests : IDisposable
{
    readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_valid_record_prints_nothing() =>
        Assert.Equal((0, "", ""), RecordFolder.Run("validate", "-i", _folder.Write("a", 30)));

    [Theory]
    [InlineData("--aggr 100ms 0.1s", 0, "")]
    [InlineData("--aggr 75000 99999", 1, "invalid: expect 75000<=aggregate_interval<=99999 but 100000\n")]
    [InlineData("--nr_regions 5 1200", 1, "invalid: expect 5<=nr_regions<=1200 but 4\n")]
    [InlineData("--nr_accesses 0 18", 1, "invalid: expect 0<=nr_accesses<=18 but 19\n")]
    [InlineData("--nr_accesses 0 18 --allow_error 4", 0, "")]
    [InlineData("--nr_accesses 0 18 --allow_error 3.3%", 1, "invalid: expect 0<=nr_accesses<=18 but 19\n")]
    [InlineData("--regions_boundary 4096-12288 12288-0x5000", 0, "")]
    [InlineData("--regions_boundary 4096-8192 12288-20480", 1, "invalid: expect 4096<=regions_boundary<=20480 but 8192-12288\n")]
    [InlineData("--aggr 1 2 --nr_regions 5 6", 1, "invalid: expect 1<=aggregate_interval<=2 but 100000\ninvalid: expect 5<=nr_regions<=6 but 4\n")]
    public void A_limit_broken_too_often_is_named(string options, int code, string output) =>
        Assert.Equal((code, output, ""), RecordFolder.Run(["validate", "-i", _folder.Write("a", 30), .. options.Split(' ')]));

    [Fact]
    public void Errors_are_counted_for_each_target()
    {
        string path = _folder.Write("a", 30, false, 7, 8);
        Assert.Equal(
            (1, "invalid: expect 5<=nr_regions<=6 but 4\ninvalid: expect 5<=nr_regions<=6 but 4\n", ""),
            RecordFolder.Run("validate", "-i", path, "--nr_regions", "5", "6"));
        (int code, string output, string errors) = RecordFolder.RunOn(
            File.ReadAllBytes(path),
            "validate",
            "-i",
            "-",
            "--nr_accesses",
            "0",
            "18",
            "--json",
            "--allow_error",
            "5");
        Assert.Equal((0, ""), (code, errors));
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.True(json.RootElement.GetProperty("valid").GetBoolean());
        JsonElement second = json.RootElement.GetProperty("records")[1];
        Assert.Equal((8, 30), (second.GetProperty("target_id").GetInt32(), second.GetProperty("snapshots").GetInt32()));
        JsonElement fault = second.GetProperty("faults")[0];
        Assert.Equal(
            ("nr_accesses", 1, true, 19),
            (fault.GetProperty("name")
                .GetString(), fault.GetProperty("snapshots")
                    .GetInt32(), fault.GetProperty("allowed").GetBoolean(), fault.GetProperty("first_value").GetInt32()));
        Assert.Equal(8192, fault.GetProperty("first_region")[0].GetInt32());
    }

    [Fact]
    public void A_genuine_record_of_a_slow_machine_is_too_slow()
    {
        string path = RecordFolder.Genuine("v3.3.0-masim.json_compressed");
        Assert.Equal((1, "invalid: expect 75000<=aggregate_interval<=125000 but 146998\n", ""), RecordFolder.Run("validate", "-i", path));
        Assert.Equal((0, "", ""), RecordFolder.Run("validate", "-i", path, "--aggr", "75000", "200000"));
    }

    [Fact]
    public void A_record_that_is_cut_off_is_not_valid()
    {
        string path = _folder.Write("a", 30);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^3]);
        (int code, string output, string errors) = RecordFolder.Run("validate", "-i", path);
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("29 whole snapshots", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        (code, output, _) = RecordFolder.Run("validate", "-i", path, "--json");
        Assert.Equal(1, code);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.False(json.RootElement.GetProperty("valid").GetBoolean() || json.RootElement.GetProperty("whole").GetBoolean());
    }

    [Theory]
    [InlineData("-i nowhere", 1, "there is no record 'nowhere' here; 'damo record' makes one")]
    [InlineData("--aggr 3 x", 2, "--aggr: 'x' is no time")]
    [InlineData("--aggr 3", 2, "--aggr")]
    [InlineData("--nr_regions 4 3", 2, "4 is more than 3")]
    [InlineData("--nr_accesses 0 -1", 2, "--nr_accesses: '-1'")]
    [InlineData("--allow_error 101", 2, "--allow_error: '101' must be a percentage")]
    [InlineData("--regions_boundary 5-3", 2, "--regions_boundary: the region '5-3' is empty")]
    public void Wrong_arguments_are_reported_in_one_line(string line, int code, string message)
    {
        (int actual, string output, string errors) = RecordFolder.Run(["validate", .. line.Split(' ')]);
        Assert.Equal((code, ""), (actual, output));
        Assert.Contains(message, Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }
}
