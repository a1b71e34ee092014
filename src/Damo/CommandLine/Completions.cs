using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;

namespace Damo.CommandLine;

/// <summary>What may stand at the end of a command line that is being typed.</summary>
/// <remarks>
/// A mark takes the place of the word at the cursor, and the parser tells to what it belongs. So each place is understood as it will be when the line is run.
/// </remarks>
sealed class Completions
{
    readonly string[] _words;
    readonly string _current;
    readonly string _prefix;
    readonly ParseResult _parsed;
    readonly Command _command;

    /// <param name="root">The definitions.</param>
    /// <param name="words">The words behind the name of the program, up to the cursor; the last one may be empty.</param>
    public Completions(RootCommand root, string[] words)
    {
        _words = words;
        string last = words.Length > 0 ? words[^1] : "";
        bool isOption = last.StartsWith('-') && !words.AsSpan(0, Math.Max(0, words.Length - 1)).Contains("--");
        int equals = isOption ? last.IndexOf('=', StringComparison.Ordinal) : -1;
        _prefix = last[..(equals + 1)];
        _current = last[(equals + 1)..];
        IsOptionName = isOption && equals < 0;
        _parsed = root.Parse(
            SchemeOptions.Join(root, Abbreviations.Expand(root, [.. words.SkipLast(1), _prefix + Expected.Cursor])),
            new ParserConfiguration { ResponseFileTokenReplacer = null });
        _command = _parsed.CommandResult.Command;
    }

    /// <summary>Whether the word at the cursor begins as an option does.</summary>
    bool IsOptionName { get; }

    /// <summary>
    /// A line that says what the shell adds: <c>words</c> for nothing, <c>files</c>, <c>folders</c>, or <c>command N</c> where word N (from 0) is the first of
    /// a command of the user; then a line per word that fits, with a tabulator and a description where there is one.
    /// </summary>
    public IEnumerable<string> Lines()
    {
        List<CompletionItem> items = [.. Items()];
        List<CompletionItem> words = [.. items.Where(item => !IsSpecial(item) && item.Label.StartsWith(_current, StringComparison.Ordinal))];
        string added = items.Find(IsSpecial) is not { Kind: { } kind } special ? "words"
            : kind != Expected.CommandKind ? kind
            // A program could stand here, too; but the words would be lost among all programs.
            : special.Label == Expected.Cursor && words.Count > 0 ? "words"
            : $"{kind} {(special.Label == Expected.Cursor ? _words.Length - 1 : Array.IndexOf(_words, special.Label))}";
        return words.Select(word => _prefix + word.Label + (word.Detail is { Length: > 0 } detail ? $"\t{detail.ReplaceLineEndings(" ")}" : "")).Prepend(added);
    }

    IEnumerable<CompletionItem> Items() =>
        IsOptionName ? OptionNames()
        : Expecting() is { } symbol ? Sources(symbol).SelectMany(source => source(_parsed.GetCompletionContext()))
        : _command.Subcommands.Any(c => !c.Hidden) ? _command.Subcommands.Where(c => !c.Hidden).Select(c => new CompletionItem(c.Name, detail: c.Description))
        : _prefix.Length == 0 ? OptionNames()
        : [];

    /// <summary>The option or argument to which the word at the cursor will belong.</summary>
    Symbol? Expecting() =>
        AllOptions().FirstOrDefault(option => HasMark(_parsed.GetResult(option)?.Tokens)) is { } option ? option
        : _command.Arguments.FirstOrDefault(argument => HasMark(_parsed.GetResult(argument)?.Tokens));

    static bool HasMark(IReadOnlyList<Token>? tokens) => tokens?.Any(token => token.Value.EndsWith(Expected.Cursor, StringComparison.Ordinal)) == true;

    static List<Func<CompletionContext, IEnumerable<CompletionItem>>> Sources(Symbol symbol) =>
        symbol is Option option ? option.CompletionSources : ((Argument)symbol).CompletionSources;

    HashSet<Option> AllOptions()
    {
        HashSet<Option> options = [.. _command.Options];
        for (Command? command = _command; command is not null; command = command.Parents.OfType<Command>().FirstOrDefault())
        {
            options.UnionWith(command.Options.Where(option => option.Recursive));
        }

        return options;
    }

    /// <summary>The options that can still be given. The short forms of help that other systems have are unknown here.</summary>
    IEnumerable<CompletionItem> OptionNames() =>
        from option in AllOptions()
        where !option.Hidden && (option.ValueType.IsArray || _parsed.GetResult(option) is not { Implicit: false })
        from name in option.Aliases.Prepend(option.Name)
        where name.StartsWith('-') && name != "-?" && (_current.Length > 0 || name.StartsWith("--", StringComparison.Ordinal))
        select new CompletionItem(name, detail: option.Description);

    static bool IsSpecial(CompletionItem item) => item.Kind is Expected.FilesKind or Expected.FoldersKind or Expected.CommandKind;
}
