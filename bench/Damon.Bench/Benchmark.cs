using System.CommandLine;
using Damo.CommandLine;

namespace Damon.Bench;

/// <summary>One command per question: its answer begins with the machine it was measured on.</summary>
static class Benchmark
{
    /// <param name="name">Of the command.</param>
    /// <param name="question">What it answers and how long it takes, in one line.</param>
    /// <param name="run">Prints the tables.</param>
    /// <param name="options">What may be given on the command line.</param>
    public static Command Create(string name, string question, Action<ParseResult> run, params ReadOnlySpan<Option> options)
    {
        Option<int>? rounds = null;
        foreach (Option option in options)
        {
            rounds = option is Option<int> { Name: CountOption.RoundsName } found ? found : rounds;
        }

        return Create(
            name,
            question,
            (parsed, against) =>
            {
                if (against is null)
                {
                    run(parsed);
                }
                else
                {
                    Comparison.OfBenches(parsed, against, rounds);
                }
            },
            options);
    }

    /// <summary>One that measures another commit itself.</summary>
    /// <param name="name">Of the command.</param>
    /// <param name="question">What it answers and how long it takes, in one line.</param>
    /// <param name="run">Prints the tables; it is told the other commit, null where there is none.</param>
    /// <param name="options">What may be given on the command line.</param>
    public static Command Create(string name, string question, Action<ParseResult, Against?> run, params ReadOnlySpan<Option> options)
    {
        Command command = new(name, question) { Against.Commit };
        foreach (Option option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            Against? against = Against.Of(parsed);
            Console.WriteLine(Machine.InWords());
            Console.WriteLine();
            run(parsed, against);
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>One on a record whose size may be given.</summary>
    /// <param name="name">Of the command.</param>
    /// <param name="question">What it answers and how long it takes, in one line.</param>
    /// <param name="run">Prints the tables; it is told how many rounds are wanted.</param>
    public static Command OfRecord(string name, string question, Action<ParseResult, int> run)
    {
        Option<int> rounds = CountOption.Rounds(9);
        return Create(name, question, parsed => run(parsed, parsed.GetValue(rounds)), SeededRecord.Regions, SeededRecord.Snapshots, rounds);
    }
}
