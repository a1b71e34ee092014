using Damo.CommandLine;

namespace Damo.Tests.CommandLine;

public sealed class NearestWordTests
{
    [Theory]
    [InlineData("recrod", "record")]
    [InlineData("recor", "record")]
    [InlineData("reeport", "report")]
    [InlineData("RECORD", "record")]
    [InlineData("repart", "report")]
    [InlineData("rec", "record")]
    [InlineData("stpo", "stop")]
    [InlineData("xyzzy", null)]
    [InlineData("st", null)]
    [InlineData("", null)]
    public void A_typing_error_finds_the_nearest_word_and_a_different_word_finds_none(string word, string? expected) =>
        Assert.Equal(expected, NearestWord.Of(word, ["report", "record", "stop"]));
}
