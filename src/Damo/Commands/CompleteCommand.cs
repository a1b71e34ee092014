using System.CommandLine;
using Damo.CommandLine;

namespace Damo.Commands;

/// <summary><c>damo complete</c>, hidden: what the scripts of <see cref="CompletionCommand"/> ask.</summary>
static class CompleteCommand
{
    static readonly Argument<string[]> s_words = new("words")
    {
        Description = "Behind --: the words behind damo up to the cursor; the last one may be empty",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create(Terminal terminal)
    {
        Command command = new("complete", "Print what may stand at the cursor") { s_words };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            foreach (string line in new Completions((RootCommand)parsed.RootCommandResult.Command, parsed.GetValue(s_words) ?? []).Lines())
            {
                terminal.Out.WriteLine(line);
            }

            return (int)ExitCode.Done;
        });
        return command;
    }
}
