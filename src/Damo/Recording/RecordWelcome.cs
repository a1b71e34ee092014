using System.Globalization;
using Damo.CommandLine;
using Damo.Schemes;
using Damon.Linux.Processes;

namespace Damo.Recording;

/// <summary>What <c>damo record</c> says on a terminal: what it does, how it ends, and what to do with the record. Scripts see other lines.</summary>
static class RecordWelcome
{
    /// <summary>How the recording ends.</summary>
    public const string StopLine = "Ctrl+C ends the recording; what was recorded is kept.";

    /// <summary>Whether people read it.</summary>
    public static bool IsFor(Terminal terminal, SchemeRun? schemes) => terminal.OutIsTerminal && schemes is null;

    /// <summary>What is recorded, where, and how often.</summary>
    public static string Line(RecordArguments arguments, ProcFileSystem proc)
    {
        string what = arguments.Target.IsPhysical ? "all physical memory"
            : arguments.Target.Command is { } command ? $"the memory of '{command}'"
            : "the memory of "
                + string.Join(", ", arguments.Target.Pids.Select(pid => string.Create(CultureInfo.InvariantCulture, $"{proc.CommandName(pid)} (pid {pid})")));
        string line = $"Recording which parts of {what} are accessed: looks every {TimeText.OfMicroseconds(arguments.Attributes.SampleUs)}, "
            + $"writes a snapshot every {TimeText.OfMicroseconds(arguments.Attributes.AggregationUs)} to {CalledAs.Near(arguments.Output)}.";

        // Names are chosen by others: nothing of them may steer the terminal.
        return Terminal.Safe(line);
    }

    /// <summary>What can be done with the record.</summary>
    public static void WriteNext(string record, TextWriter output)
    {
        string input = CalledAs.InputOption(record);
        (string Command, string What)[] next =
        [
            ($"{CalledAs.Word} report wss{input}", "how much memory is in use"),
            ($"{CalledAs.Word} report heatmap{input}", "when, and where"),
            ($"{CalledAs.Word} report html{input}", "a page to look into it"),
        ];
        int width = next.Max(n => n.Command.Length);
        for (int i = 0; i < next.Length; i++)
        {
            output.WriteLine($"{(i == 0 ? "Next:" : ""),-5}  {next[i].Command.PadRight(width)}  {next[i].What}");
        }

        output.Flush();
    }
}
