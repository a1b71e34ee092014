using Damo.CommandLine;

namespace Damo.Tests.CommandLine;

/// <summary>Lines to copy call the program as the user did.</summary>
public sealed class CalledAsTests
{
    [Theory]
    [InlineData("damo", "damo")]
    [InlineData("./damo", "./damo")]
    [InlineData("/opt/x/damo", "/opt/x/damo")]
    [InlineData("./artifacts/damo/damo", "./damo")]
    [InlineData("/clone/artifacts/damo/damo", "/clone/damo")]
    [InlineData("/elsewhere/artifacts/damo/damo", "/elsewhere/artifacts/damo/damo")]
    [InlineData("artifacts/damo/damo", "artifacts/damo/damo")]
    [InlineData("dotnet", "damo")]
    [InlineData("", "damo")]
    public void Messages_name_the_command_as_it_was_typed_or_the_script_of_a_clone(string first, string word) =>
        Assert.Equal(word, CalledAs.Of(first, static path => path is "./damo" or "/clone/damo"));

    [Fact]
    public void A_record_that_is_not_read_anyway_is_named_and_quoted()
    {
        Assert.Equal("", CalledAs.InputOption(Path.GetFullPath("damon.data")));
        Assert.Equal(" -i a.data", CalledAs.InputOption(Path.GetFullPath("a.data")));
        Assert.Equal(" -i '/a b/it'\\''s'", CalledAs.InputOption("/a b/it's"));
    }
}
