namespace Damo.Views;

/// <summary>Finds out what a terminal can show, by the customs: NO_COLOR, TERM and COLORTERM.</summary>
static class ColorDetection
{
    /// <param name="redirected">Whether standard output is no terminal.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    public static ColorDepth Detect(bool redirected, Func<string, string?> environment)
    {
        if (redirected || !string.IsNullOrEmpty(environment("NO_COLOR")) || environment("TERM") is null or "" or "dumb")
        {
            return ColorDepth.None;
        }

        return environment("COLORTERM") is "truecolor" or "24bit" ? ColorDepth.True : ColorDepth.Indexed;
    }
}
