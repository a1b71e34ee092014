using System.CommandLine;
using System.CommandLine.Parsing;

namespace Damo.CommandLine;

/// <summary>Too few words on a command line, or too many values of an option: what is missing, with an example.</summary>
static class ArityFaults
{
    /// <summary>For each command that cannot do without a word.</summary>
    static readonly Dictionary<string, string> s_examples = new(StringComparer.Ordinal)
    {
        ["damo convert"] = "damon.data damon.json",
        ["damo module"] = "reclaim status",
        ["damo completion"] = "bash",
        ["damo manual"] = "man",
        ["damo workload"] = "stripes",
        ["damo debugfs run"] = "./script",
    };

    /// <summary>What is wrong; null where the numbers of words are right, and something else is the matter.</summary>
    public static string? Of(ParseError error) => error.SymbolResult switch
    {
        OptionResult option => OfOption(option),
        CommandResult command => OfCommand(command),
        ArgumentResult { Parent: CommandResult command } => OfCommand(command),
        ArgumentResult { Parent: OptionResult option } => OfOption(option),
        _ => null,
    };

    static string? OfOption(OptionResult result)
    {
        Option option = result.Option;
        string name = result.IdentifierToken?.Value ?? option.Name;
        int given = result.Tokens.Count;
        int least = option.Arity.MinimumNumberOfValues;
        string form = $"{name} <{option.HelpName ?? "value"}>";
        return given < least && least == 1 ? $"{name} needs a value: {form}"
            : given < least ? $"{name} needs {least} values{(given == 0 ? "" : $", and has {given}")}: {form}"
            : option.Arity.MaximumNumberOfValues == 1 && given > 1
                ? $"{name} is given {given} times, with {string.Join(", ", result.Tokens.Select(static t => $"'{t.Value}'"))}; once is enough"
            : null;
    }

    static string? OfCommand(CommandResult result)
    {
        Command command = result.Command;
        string[] missing = [.. command.Arguments.Where(a => (result.GetResult(a)?.Tokens.Count ?? 0) < a.Arity.MinimumNumberOfValues)
            .Select(static a => $"<{a.HelpName ?? a.Name}>")];
        if (missing.Length == 0)
        {
            return null;
        }

        string path = ParseFaults.PathOf(command);
        string example = s_examples.TryGetValue(path, out string? words) ? $"; for example: {path} {words}" : "";
        return $"'{path}' needs {string.Join(" and ", missing)}{example}";
    }
}
