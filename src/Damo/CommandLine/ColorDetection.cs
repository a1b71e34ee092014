namespace Damo.CommandLine;

/// <summary>Finds out what a terminal can show, by the customs: NO_COLOR, TERM and COLORTERM.</summary>
static class ColorDetection
{
    /// <param name="redirected">Whether standard output is no terminal.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    public static ColorDepth Detect(bool redirected, Func<string, string?> environment)
    {
        if (redirected || !string.IsNullOrEmpty(environment("NO_COLOR")) || !CanMove(environment))
        {
            return ColorDepth.None;
        }

        return environment("COLORTERM") is "truecolor" or "24bit" ? ColorDepth.True : ColorDepth.Indexed;
    }

    /// <summary>Whether the terminal knows escape sequences, so that a line can be redrawn.</summary>
    /// <param name="environment">Looks up an environment variable.</param>
    public static bool CanMove(Func<string, string?> environment) => environment("TERM") is not (null or "" or "dumb");
}
