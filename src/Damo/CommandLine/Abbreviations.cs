using System.CommandLine;

namespace Damo.CommandLine;

/// <summary>Lets users shorten long options to any unique beginning, as the Python tool's parser does and old scripts rely on.</summary>
static class Abbreviations
{
    /// <summary>Writes shortened options out. What cannot be told stays as it is, and the parser says what is wrong with it.</summary>
    /// <param name="root">The command whose sub-commands <paramref name="arguments"/> may name.</param>
    /// <param name="arguments">The command line; nothing after a <c>--</c> is touched.</param>
    public static string[] Expand(Command root, string[] arguments)
    {
        string[] expanded = [.. arguments];
        Command command = root;
        for (int i = 0; i < expanded.Length && expanded[i] != "--"; i++)
        {
            if (!expanded[i].StartsWith('-') && command.Subcommands.FirstOrDefault(c => c.Name == expanded[i] || c.Aliases.Contains(expanded[i])) is { } sub)
            {
                command = sub;
            }
            else if (expanded[i].StartsWith("--", StringComparison.Ordinal))
            {
                expanded[i] = ExpandOption(command, expanded[i]);
            }
        }

        return expanded;
    }

    /// <summary>The long options that begin with <paramref name="token"/>, or with what stands before its <c>=</c>.</summary>
    public static string[] Candidates(Command command, string token)
    {
        string name = token.Split('=')[0];
        return name.StartsWith("--", StringComparison.Ordinal)
            ? [.. command.Options.Where(o => !o.Hidden)
                .SelectMany(o => o.Aliases.Prepend(o.Name))
                .Where(n => n.StartsWith(name, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)]
            : [];
    }

    static string ExpandOption(Command command, string token)
    {
        int equals = token.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? token : token[..equals];
        Option? match = null;
        string? spelling = null;
        foreach (Option option in command.Options)
        {
            foreach (string candidate in option.Aliases.Prepend(option.Name))
            {
                if (candidate == name)
                {
                    return token;
                }

                // What is hidden must not make an abbreviation ambiguous.
                if (option.Hidden || !candidate.StartsWith(name, StringComparison.Ordinal))
                {
                    continue;
                }

                if (match is not null && match != option)
                {
                    return token;
                }

                match = option;
                spelling = candidate;
            }
        }

        return spelling is null ? token : equals < 0 ? spelling : spelling + token[equals..];
    }
}
