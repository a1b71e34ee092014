using System.CommandLine;
using System.Diagnostics;
using Damo.CommandLine;
using Damo.Demo;
using Damo.Outputs;

namespace Damo.Commands;

/// <summary><c>damo demo</c>.</summary>
static class DemoCommand
{
    static readonly Option<string?> s_time = new("--time", "-t") { Description = "How long to monitor (10s); a plain number means seconds", HelpName = "time" };
    static readonly Option<string?> s_output = new(
        "--out",
        "-o")
    { Description = "The record (damon.data); an existing one becomes .old", HelpName = "file", CompletionSources = { Expected.File } };
    static readonly Option<bool> s_simulated = new("--simulated") { Description = "Monitor a simulated address space: takes no time, needs no privileges" };
    static readonly Option<string?> s_seed = new("--seed") { Description = "Start of the random numbers, for repeatable simulations", HelpName = "number" };

    /// <param name="terminal">Where to show the result.</param>
    /// <param name="colors">What its output can show.</param>
    public static Command Create(Terminal terminal, ColorDepth colors)
    {
        Command command = new("demo", "Monitor a built-in program whose accesses are known, and show what was found beside the truth")
        {
            s_time, s_output, s_simulated, s_seed,
        };
        command.SetAction(parsed => new DemoRunner(terminal, colors).Run(Arguments(parsed)));
        return command;
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="UserErrorException">A value is wrong.</exception>
    internal static DemoArguments Arguments(ParseResult parsed)
    {
        string output = parsed.GetValue(s_output) ?? "damon.data";
        FileEndings.CheckBinary(output, s_output.Name);
        return new(
            Duration(parsed.GetValue(s_time)),
            Output.PathBeside(output, s_output.Name, "the demo's picture"),
            parsed.GetValue(s_simulated),
            parsed.GetValue(s_seed) is { } seed ? (ulong)Quantity.Count(seed, "--seed", 0) : (ulong)Stopwatch.GetTimestamp());
    }

    static TimeSpan Duration(string? text)
    {
        // Less than ten aggregation intervals draw no picture.
        const int LeastSeconds = 1;
        const int MostSeconds = 3600;
        TimeSpan duration = text is null ? TimeSpan.FromSeconds(10) : TimeSpan.FromMicroseconds(Quantity.MicrosecondsOfSeconds(text, "--time"));
        return duration.TotalSeconds is >= LeastSeconds and <= MostSeconds
            ? duration
            : throw UserErrorException.Usage($"--time is {text}, but must be {LeastSeconds} s to {MostSeconds} s");
    }
}
