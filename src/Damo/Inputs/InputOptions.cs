using System.CommandLine;
using Damo.CommandLine;

namespace Damo.Inputs;

/// <summary>The options of a command that reads a record.</summary>
static class InputOptions
{
    /// <summary>The record as a word of its own, without <c>--input</c>.</summary>
    public static Argument<string?> File { get; } = new("record")
    {
        Description = "As --input",
        HelpName = "record",
        Arity = ArgumentArity.ZeroOrOne,
        CompletionSources = { Expected.File },
    };

    /// <summary><c>--input</c>.</summary>
    public static Option<string> Input { get; } = new("--input", "-i", "--input_file")
    {
        Description = "The record (damon.data), in any format; - is standard input",
        HelpName = "file",
        CompletionSources = { Expected.File },
        DefaultValueFactory = _ => "damon.data",
    };

    /// <summary><c>--input_type</c>: without effect, for what a record is shows by itself.</summary>
    public static Option<string> InputType { get; } = new("--input_type") { Hidden = true };

    /// <summary><c>--strict</c>.</summary>
    public static Option<bool> Strict { get; } = new("--strict") { Description = "Fail when a part of the record cannot be used" };

    /// <summary>All of them; beside them belongs <see cref="File"/>.</summary>
    public static IReadOnlyList<Option> All { get; } = [Input, InputType, Strict];

    /// <summary>The record that the command line names: by <see cref="File"/> or by <see cref="Input"/>.</summary>
    /// <exception cref="UserErrorException">It names two.</exception>
    public static string Of(ParseResult parsed) => Of(parsed, parsed.GetValue(File));

    /// <summary>The record that the command line names, for a command whose words mean several things.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="word">The word that is a record; null for none.</param>
    /// <exception cref="UserErrorException">It names two.</exception>
    public static string Of(ParseResult parsed, string? word)
    {
        string? named = parsed.GetResult(Input) is { Implicit: false } ? parsed.GetValue(Input) : null;
        return word is null ? named ?? parsed.GetValue(Input)!
            : named is null || named == word ? word
            : throw UserErrorException.Usage($"two records are given: --input {named}, and {word}");
    }
}
