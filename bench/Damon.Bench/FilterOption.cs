using System.CommandLine;

namespace Damon.Bench;

/// <summary>Options that leave out what does not have a text in its name.</summary>
static class FilterOption
{
    /// <param name="name">With its dashes.</param>
    /// <param name="description">One line.</param>
    /// <param name="names">Of all that there is; at least one must have the text.</param>
    public static Option<string> Create(string name, string description, IReadOnlyList<string> names)
    {
        Option<string> option = new(name) { Description = $"{description}: {string.Join("; ", names)}", DefaultValueFactory = static _ => "" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !names.Any(n => Matches(n, token.Value)))
            {
                result.AddError($"{name}: '{token.Value}' is in none of the names {string.Join("; ", names)}");
            }
        });
        return option;
    }

    /// <summary>Whether a name has the text that was given.</summary>
    public static bool Matches(string name, string text) => name.Contains(text, StringComparison.OrdinalIgnoreCase);
}
