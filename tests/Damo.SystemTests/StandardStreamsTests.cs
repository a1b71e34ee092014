using Damon.Linux.Tests;

namespace Damo.SystemTests;

/// <summary>Runs whose caller closed one of the standard streams.</summary>
public sealed class StandardStreamsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--version")]
    [InlineData("--help")]
    [InlineData("doctor")]
    [InlineData("record -o - \"touch started; sleep 1\"")]
    [InlineData("record -o /dev/stdout \"touch started; sleep 1\"")]
    [InlineData("schemes \"4K max min min min max stat\" \"touch started; sleep 1\"")]
    [InlineData("demo --simulated")]
    [InlineData("report raw rec")]
    [InlineData("report html rec -o -")]
    [InlineData("convert rec -")]
    [InlineData("convert rec /dev/fd/1")]
    public void A_closed_standard_output_is_reported_in_one_line(string line)
    {
        using DamoRun record = DamoRun.Run(0, _folder.Path, "demo", "--simulated", "-t", "3s", "-o", "rec");
        using DamoRun run = DamoRun.StartShell(_folder.Path, $"exec \"$DAMO\" {line} >&-");
        run.WaitForEnd(1);
        Assert.True(
            run.SaidLines() is [var said]
                && (said.Contains("standard output is closed", StringComparison.Ordinal)
                    || said.Contains("' cannot be written: it is ", StringComparison.Ordinal)),
            run.Errors);
        Assert.Equal(["rec", "rec.meta.json"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("record --backend engine -a 20ms -o out \"sleep 0.5\"")]
    [InlineData("record --backend engine -a 20ms -o out --format json \"sleep 0.5\"")]
    [InlineData("convert rec out")]
    [InlineData("adjust 300ms --skip 0 rec -o out")]
    [InlineData("report html rec -o out")]
    [InlineData("report heatmap rec --output out.png && mv out.png out")]
    public void A_result_that_goes_to_a_file_needs_no_standard_output(string line)
    {
        using DamoRun record = DamoRun.Run(0, _folder.Path, "demo", "--simulated", "-t", "3s", "-o", "rec");
        using DamoRun run = DamoRun.StartShell(_folder.Path, $"exec >&-; \"$DAMO\" {line}");
        run.WaitForEnd(0);
        Assert.DoesNotContain("closed", run.Errors, StringComparison.Ordinal);
        byte[] written = File.ReadAllBytes(_folder.File("out"));
        Assert.True(written.Length > 100);
        Assert.False(written.AsSpan().StartsWith("# damon attrs"u8));
    }

    /// <summary>The runtime's source of random bytes has the number of an input that is closed.</summary>
    [Theory]
    [InlineData("validate -")]
    [InlineData("report html -i - -o page.html")]
    [InlineData("report raw -i -")]
    public void A_closed_standard_input_is_reported_in_one_line(string line)
    {
        using DamoRun run = DamoRun.StartShell(_folder.Path, $"exec \"$DAMO\" {line} <&-");
        run.WaitForEnd(1);
        run.AssertOneLine("standard input is closed");
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_pipe_without_an_end_that_is_no_record_is_refused_before_it_is_kept_for_a_second_look()
    {
        using DamoRun run = DamoRun.StartShell(_folder.Path, "exec \"$DAMO\" report html -i - -o page.html </dev/urandom");
        run.WaitForEnd(1);
        run.AssertOneLine("this is no record known here");
    }

    /// <summary>The record would have the number of the stream, and messages would be written into it.</summary>
    [Theory]
    [InlineData("2>&-")]
    [InlineData("<&-")]
    [InlineData("<&- 2>&-")]
    public void A_record_holds_no_message_where_another_stream_is_closed(string closed)
    {
        using DamoRun run = DamoRun.StartShell(
            _folder.Path,
            $"\"$DAMO\" record --backend engine --timeout 2 -a 20ms \"sleep 10\" >out {closed}; \"$DAMO\" report raw --strict");
        run.WaitForEnd(0);
        Assert.DoesNotContain("damo:", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("damo: engine", File.ReadAllText(_folder.File("damon.data")), StringComparison.Ordinal);
        Assert.Contains("nr_regions", run.Output, StringComparison.Ordinal);
    }
}
