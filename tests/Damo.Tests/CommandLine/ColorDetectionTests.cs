using Damo.CommandLine;

namespace Damo.Tests.CommandLine;

public class ColorDetectionTests
{
    [Theory]
    [InlineData(false, "xterm-256color", "truecolor", null, nameof(ColorDepth.True))]
    [InlineData(false, "xterm", "24bit", "", nameof(ColorDepth.True))]
    [InlineData(false, "xterm", "yes", null, nameof(ColorDepth.Indexed))]
    [InlineData(false, "xterm", null, null, nameof(ColorDepth.Indexed))]
    [InlineData(false, "xterm", "truecolor", "1", nameof(ColorDepth.None))]
    [InlineData(true, "xterm", "truecolor", null, nameof(ColorDepth.None))]
    [InlineData(false, "dumb", "truecolor", null, nameof(ColorDepth.None))]
    [InlineData(false, null, null, null, nameof(ColorDepth.None))]
    public void Colours_follow_the_customs(bool redirected, string? term, string? colorTerm, string? noColor, string expected) =>
        Assert.Equal(
            expected,
            ColorDetection.Detect(redirected, name => name switch { "TERM" => term, "COLORTERM" => colorTerm, "NO_COLOR" => noColor, _ => null }).ToString());
}
