using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Damon.Monitoring;

namespace Damo.CommandLine;

/// <summary>What may stand for an argument or a value of an option: sources for the definitions, and the lists that the parser enforces.</summary>
static class Expected
{
    /// <summary>The kind of an item that stands for all files.</summary>
    public const string FilesKind = "files";

    /// <summary>The kind of an item that stands for all folders.</summary>
    public const string FoldersKind = "folders";

    /// <summary>The kind of an item that stands for what the command of the user takes, which begins with the word that is the item's label.</summary>
    public const string CommandKind = "command";

    /// <summary>What the parser sees in the place of the word at the cursor.</summary>
    public const string Cursor = "\u001e";

    /// <summary>A file, which the shell knows best.</summary>
    public static IEnumerable<CompletionItem> File(CompletionContext context) => [new CompletionItem("", FilesKind)];

    /// <summary>A folder.</summary>
    public static IEnumerable<CompletionItem> Folder(CompletionContext context) => [new CompletionItem("", FoldersKind)];

    /// <summary>A running process.</summary>
    public static IEnumerable<CompletionItem> Process(CompletionContext context) =>
        RunningProcesses.OfUser().Select(process => new CompletionItem($"{process.Pid}", detail: process.Name));

    /// <summary>Processes, physical memory, or a command of the user.</summary>
    /// <param name="context">The line.</param>
    /// <param name="target">The argument whose value it is.</param>
    public static IEnumerable<CompletionItem> Target(CompletionContext context, Argument target)
    {
        if (context.ParseResult.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).FirstOrDefault() is { } first)
        {
            return [new CompletionItem(first.Value, CommandKind)];
        }

        // What has spaces is a whole scheme, or a whole command.
        string[] before = [.. Before(context, target).Where(word => !word.Contains(' ', StringComparison.Ordinal))];
        if (before.FirstOrDefault(word => !word.All(char.IsAsciiDigit)) is { } program)
        {
            return program == AddressSpaceNames.Physical ? [] : [new CompletionItem(program, CommandKind)];
        }

        return before.Length > 0 ? Process(context)
            : [new CompletionItem(AddressSpaceNames.Physical, detail: "physical memory"), .. Process(context), new CompletionItem(Cursor, CommandKind)];
    }

    /// <summary>A command of the user and its arguments.</summary>
    /// <param name="context">The line.</param>
    /// <param name="command">The argument whose values they are.</param>
    public static IEnumerable<CompletionItem> Command(CompletionContext context, Argument command) =>
        [new CompletionItem(Before(context, command).FirstOrDefault() ?? Cursor, CommandKind)];

    /// <summary>Words that are usual, while others may be right, too.</summary>
    public static Func<CompletionContext, IEnumerable<CompletionItem>> Words(params IEnumerable<string> words)
    {
        CompletionItem[] items = [.. words.Select(word => new CompletionItem(word))];
        return _ => items;
    }

    /// <summary>Makes the parser refuse all but these words, in one line; help, manual and completion show them.</summary>
    public static Option<T> AcceptOnly<T>(this Option<T> option, params string[] words)
    {
        option.HelpName ??= string.Join('|', words);
        option.Validators.Add(result => Check(result, result.Tokens, option.Name, words));
        option.CompletionSources.Clear();
        option.CompletionSources.Add(Words(words));
        return option;
    }

    /// <summary>Lets an argument accept only some words, and completes them.</summary>
    public static Argument<T> AcceptOnly<T>(this Argument<T> argument, params string[] words)
    {
        argument.HelpName ??= string.Join('|', words);
        argument.Validators.Add(result => Check(result, result.Tokens, argument.Name, words));
        argument.CompletionSources.Clear();
        argument.CompletionSources.Add(Words(words));
        return argument;
    }

    static IEnumerable<string> Before(CompletionContext context, Argument argument) =>
        context.ParseResult.GetResult(argument)?.Tokens.Select(token => token.Value).TakeWhile(word => word != Cursor) ?? [];

    static void Check(SymbolResult result, IEnumerable<Token> tokens, string name, string[] words)
    {
        if (tokens.FirstOrDefault(token => !words.Contains(token.Value, StringComparer.Ordinal)) is { } wrong)
        {
            result.AddError($"{name}: '{wrong.Value}' is none of {string.Join(", ", words)}");
        }
    }
}
