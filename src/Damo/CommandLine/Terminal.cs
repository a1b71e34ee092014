using Damo.Views;

namespace Damo.CommandLine;

/// <summary>Where a command writes to. Passed in, so that tests see everything it says.</summary>
/// <param name="output">Results.</param>
/// <param name="error">Everything about the run.</param>
/// <param name="errorIsTerminal">Whether progress may be drawn on <paramref name="error"/>.</param>
sealed class Terminal(TextWriter output, TextWriter error, bool errorIsTerminal)
{
    /// <summary>Standard output.</summary>
    public TextWriter Out { get; } = output;

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>Whether progress may be drawn on <see cref="Error"/>.</summary>
    public bool ErrorIsTerminal { get; } = errorIsTerminal;

    /// <summary>Which colours may be written on <see cref="Out"/>; none where it is no terminal.</summary>
    public ColorDepth Colors { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Width of the terminal that <see cref="Out"/> is, in characters.</summary>
    public int Columns { get; init; } = 80;

    /// <summary>Width of the terminal that <see cref="Error"/> is, in characters; may change at any time.</summary>
    public Func<int> ErrorColumns { get; init; } = static () => 80;

    /// <summary>Standard output as bytes, for reports that write a lot.</summary>
    public Func<Stream> OpenOutput { get; init; } = () => new StandardOutput();

    /// <summary>Standard input as bytes, for records that come through a pipe.</summary>
    public Func<Stream> OpenInput { get; init; } = Console.OpenStandardInput;

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess() => new(
        TerminalOutput.Writer(1),
        TerminalOutput.Writer(2),
        !Console.IsErrorRedirected && ColorDetection.CanMove(Environment.GetEnvironmentVariable))
    {
        Columns = TerminalOutput.Columns(1),
        ErrorColumns = () => TerminalOutput.Columns(2),
        Colors = ColorDetection.Detect(Console.IsOutputRedirected, Environment.GetEnvironmentVariable),
        OutIsTerminal = !Console.IsOutputRedirected,
    };

    /// <summary>One line about the run.</summary>
    /// <remarks>Names of processes and files are part of many lines, and others choose them: nothing of them may steer the terminal.</remarks>
    public void Say(string line) => Error.WriteLine($"damo: {Printable(line)}");

    /// <summary>A text of others, like the name of a file, as it may stand in a line.</summary>
    public static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
