using Damo.CommandLine;
using Damo.Recording;
using Damon.Monitoring;

namespace Damo.Tests.Recording;

/// <summary>Parameter files of the DAMON tools, for a recording.</summary>
public sealed class KdamondsFileTests : IDisposable
{
    const string Intervals =
        """ "intervals": {"sample_us": "1 ms", "aggr_us": "20 ms", "ops_update_us": "2 s"}, "nr_regions": {"min": "11", "max": "1,500"} """;

    readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Target_regions_intervals_and_limits_are_taken()
    {
        (KdamondsFile file, string said) = Load(
            """{"ops": "fvaddr", "targets": [{"pid": 7, "obsolete": false, "regions": [{"start": "94,208", "end": "98,304"}]}],"""
                + Intervals
                + """, "schemes": []}""");
        Assert.Equal([7], file.Target!.Pids);
        Assert.Equal([new AddressRange(94208, 98304)], file.Regions);
        Assert.Equal(
            new MonitoringAttributes { SampleUs = 1_000, AggregationUs = 20_000, UpdateUs = 2_000_000, MinNrRegions = 11, MaxNrRegions = 1_500 },
            file.Attributes);
        Assert.Equal("", said);
    }

    [Fact]
    public void Physical_memory_and_a_file_without_a_target_are_taken()
    {
        Assert.True(Load("""{"ops": "paddr", "targets": [{"regions": [{"start": "4 GiB", "end": "5 GiB"}]}]}""").File.Target!.IsPhysical);
        Assert.Null(Load("""{"ops": "vaddr"}""").File.Target);
    }

    [Fact]
    public void One_line_says_that_schemes_of_the_file_have_no_effect() =>
        Assert.Contains(
            "its schemes are not applied",
            Load("""{"ops": "vaddr", "targets": [{"pid": 7}], "schemes": [{"action": "stat"}]}""").Said,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"ops": "fvaddr", "targets": [{"pid": 7}]}""", "fvaddr monitors given addresses only, and a target has no regions")]
    [InlineData("""{"targets": [{"pid": 7, "regions": [{"start": "4096", "end": "8192"}]}, {"pid": 8}]}""", "its targets have different regions")]
    [InlineData("""{"addr_unit": "4 KiB", "targets": [{"pid": 7}]}""", "addr_unit is 4096")]
    [InlineData("""{"targets": [{"pid": 7}]}, {"targets": [{"pid": 8}]}""", "has 2 contexts, and a recording has one")]
    [InlineData("""{"targets": [{"pid": "x"}]}""", "pid")]
    public void A_parameter_file_that_one_recording_cannot_serve_is_refused_with_the_reason(string contexts, string message) =>
        Assert.Contains(message, Assert.Throws<UserErrorException>(() => Load(contexts)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.StartsWith("damo: '/nowhere/k.json' cannot be read: ", TestTerminal.Run("record", "--kdamonds", "/nowhere/k.json").Errors);

    (KdamondsFile File, string Said) Load(string contexts)
    {
        File.WriteAllText(_path, $$"""{"kdamonds": [{"contexts": [{{contexts}}]}]}""");
        using StringWriter said = new();
        return (KdamondsFile.Load(_path, new Terminal(TextWriter.Null, said, errorIsTerminal: false)), said.ToString());
    }
}
