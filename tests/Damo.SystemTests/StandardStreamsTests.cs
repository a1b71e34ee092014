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
    [InlineData("report raw")]
    [InlineData("record true")]
    [InlineData("doctor")]
    public void A_closed_standard_output_is_told_in_one_line(string line)
    {
        using DamoRun run = DamoRun.StartShell(_folder.Path, $"exec \"$DAMO\" {line} >&-");
        run.WaitForEnd(1);
        run.AssertOneLine("standard output is closed");
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    /// <summary>The runtime's source of random bytes has the number of an input that is closed.</summary>
    [Theory]
    [InlineData("validate -")]
    [InlineData("report html -i - -o page.html")]
    [InlineData("report raw -i -")]
    public void A_closed_standard_input_is_told_in_one_line(string line)
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
        using DamoRun run = DamoRun.StartShell(_folder.Path, $"\"$DAMO\" record --backend engine --timeout 2 -a 20ms \"sleep 10\" >out {closed}; \"$DAMO\" report raw --strict");
        run.WaitForEnd(0);
        Assert.DoesNotContain("damo:", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("damo: engine", File.ReadAllText(_folder.File("damon.data")), StringComparison.Ordinal);
        Assert.Contains("nr_regions", run.Output, StringComparison.Ordinal);
    }
}
