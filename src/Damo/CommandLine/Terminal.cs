using System.Globalization;

namespace Damo.CommandLine;

/// <summary>Where a command writes to. Passed in, so that tests see everything it says.</summary>
/// <param name="output">Results.</param>
/// <param name="error">Everything about the run.</param>
/// <param name="errorIsTerminal">Whether progress may be drawn on <paramref name="error"/>.</param>
sealed class Terminal(TextWriter output, TextWriter error, bool errorIsTerminal)
{
    /// <summary>Standard output.</summary>
    public TextWriter Out { get; } = output;

    /// <summary>Whether there is a standard output. Writing to <see cref="Out"/> fails without one.</summary>
    public bool IsOutOpen { get; init; } = true;

    /// <summary>Takes lines that old scripts read, and that may be lost without a standard output.</summary>
    public TextWriter Banner => IsOutOpen ? Out : TextWriter.Null;

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
    public Func<Stream> OpenOutput { get; init; } = StandardStream.ForResult;

    /// <summary>Standard input as bytes, for records that come through a pipe.</summary>
    public Func<Stream> OpenInput { get; init; } = Console.OpenStandardInput;

    /// <summary>The terminal of this process.</summary>
    /// <param name="isInputOpen">Whether there is a standard input; without one, its number may be that of the runtime's source of random bytes.</param>
    /// <param name="isOutputOpen">Whether there is a standard output.</param>
    /// <param name="isErrorOpen">Whether there is a standard error; the number of one that the caller closed may be that of a file of the runtime.</param>
    public static Terminal OfProcess(bool isInputOpen, bool isOutputOpen, bool isErrorOpen) => new(
        isOutputOpen ? StandardStream.OutputLines() : StandardStream.ClosedLines(),
        isErrorOpen ? StandardStream.ErrorLines() : TextWriter.Null,
        isErrorOpen && !Console.IsErrorRedirected && ColorDetection.CanMove(Environment.GetEnvironmentVariable))
    {
        OpenInput = isInputOpen ? Console.OpenStandardInput : static () => throw new UserErrorException("standard input is closed"),
        OpenOutput = isOutputOpen ? StandardStream.ForResult : StandardStream.Closed,
        IsOutOpen = isOutputOpen,
        Columns = StandardStream.OutputColumns(),
        ErrorColumns = StandardStream.ErrorColumns,
        Colors = ColorDetection.Detect(Console.IsOutputRedirected, Environment.GetEnvironmentVariable),
        OutIsTerminal = isOutputOpen && !Console.IsOutputRedirected,
    };

    /// <summary>For commands that do a lot before they write their result.</summary>
    /// <exception cref="UserErrorException">There is no standard output.</exception>
    public void RequireOutput()
    {
        if (!IsOutOpen)
        {
            throw new UserErrorException("standard output is closed; to write to nowhere, use > /dev/null");
        }
    }

    /// <summary>One line about the run.</summary>
    /// <remarks>Names of processes and files, and words that were typed, are part of many lines: nothing of them may steer the terminal.</remarks>
    public void Say(string line) => Error.WriteLine($"damo: {Safe(line)}");

    /// <summary>A text without what terminals obey rather than show, or show in another order than it stands.</summary>
    public static string Safe(string text) => string.Concat(text.Select(static c => IsSafe(c) ? c : ' '));

    static bool IsSafe(char c) => char.GetUnicodeCategory(c) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,

        // Joiners only make one sign of several.
        UnicodeCategory.Format => c is '\u200c' or '\u200d',
        _ => true,
    };
}
