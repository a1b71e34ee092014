using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Damo.CommandLine;

/// <summary>What is wrong with the words of a command line, with the word that was typed and the nearest one that works.</summary>
static class ParseFaults
{
    /// <summary>The first fault; null where there is none, or where help is wanted and its command exists.</summary>
    public static string? Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && command.Action is null)
        {
            string? word = parsed.UnmatchedTokens.FirstOrDefault(static w => w is not ['-', ..]);
            if (word is not null)
            {
                return UnknownCommand(command, word);
            }

            if (parsed.Action is not HelpAction && parsed.UnmatchedTokens.Count == 0 && parsed.Errors.Count > 0)
            {
                return $"'{PathOf(command)}' needs one of {Names(command)}";
            }
        }

        if (parsed.Action is HelpAction)
        {
            return null;
        }

        return Surplus(parsed).FirstOrDefault(IsOption) is { } option ? UnknownOption(command, option)
            : parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}' is one word too many"
            : parsed.Errors.Count > 0 ? ArityFaults.Of(parsed.Errors[0]) ?? parsed.Errors[0].Message
            : EmptyPath(parsed.CommandResult);
    }

    /// <summary>No file has an empty name; a variable that is not set looks so.</summary>
    static string? EmptyPath(CommandResult command)
    {
        foreach (SymbolResult child in command.Children)
        {
            (string? name, List<Func<CompletionContext, IEnumerable<CompletionItem>>> sources) = child switch
            {
                OptionResult { Implicit: false } option => (option.Option.Name, option.Option.CompletionSources),
                ArgumentResult argument => ($"<{argument.Argument.HelpName ?? argument.Argument.Name}>", argument.Argument.CompletionSources),
                _ => (null, []),
            };
            if (sources.Any(static s => s == Expected.File || s == Expected.Folder) && child.Tokens.Any(static t => t.Value.Length == 0))
            {
                return $"{name}: the name of the file is empty; is a variable not set?";
            }
        }

        return null;
    }

    /// <summary>What users call a command. The root is named after the file of the program, whatever that is called.</summary>
    public static string PathOf(Command command) => string.Join(' ', Path(command).Prepend("damo"));

    static List<string> Path(Command command)
    {
        List<string> names = [];
        for (Command? at = command; at is not (null or RootCommand); at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            names.Insert(0, at.Name);
        }

        return names;
    }

    static IEnumerable<Command> Shown(Command command) => command.Subcommands.Where(static c => !c.Hidden);

    static string Names(Command command) => string.Join(", ", Shown(command).Select(static c => c.Name));

    static string UnknownCommand(Command command, string word)
    {
        string group = string.Join(' ', Path(command));
        string said = $"there is no command '{(group.Length == 0 ? "" : group + " ")}{word}'";
        return CommandsElsewhere.Instead(group, word) is { } instead ? $"{said}; {instead}"
            : NearestWord.Of(word, Shown(command).SelectMany(static c => c.Aliases.Prepend(c.Name))) is { } nearest ? $"{said}; the nearest is '{nearest}'"
            : $"{said}; there are {Names(command)}";
    }

    /// <summary>Words that belong to no option: what looks like an option among them is none, and would else be taken for a file or a command to run.</summary>
    static IEnumerable<string> Surplus(ParseResult parsed)
    {
        HashSet<string> words =
        [
            .. parsed.UnmatchedTokens,
            .. parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(static a => a.Tokens).Select(static t => t.Value),
        ];
        return parsed.Tokens.TakeWhile(static t => t.Type != TokenType.DoubleDash)
            .Where(t => t.Type == TokenType.Argument && words.Contains(t.Value))
            .Select(static t => t.Value);
    }

    static bool IsOption(string word) => word is ['-', _, ..];

    static string UnknownOption(Command command, string word)
    {
        string[] candidates = Abbreviations.Candidates(command, word);
        if (candidates.Length > 1)
        {
            return $"option '{word}' could be {string.Join(", ", candidates)}";
        }

        string name = word.Split('=')[0];
        IEnumerable<string> names = command.Options.Where(static o => !o.Hidden)
            .SelectMany(static o => o.Aliases.Prepend(o.Name))
            .Where(static n => n.Length > 2);
        string nearest = name.Length > 2 && NearestWord.Of(name, names) is { } near ? $"; the nearest is {near}" : "";
        return "there is no option "
            + $"'{word}'{nearest}{(command.Arguments.Any(static a => a is CommandWordsArgument) ? "; a command line is given in quotes, or behind --" : "")}";
    }
}
