using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damo.CommandLine;

/// <summary>The <c>--damos_*</c> options, and the schemes that they make.</summary>
/// <remarks>
/// Each may be repeated, with several arguments each time, and must not take the target that stands after them. The parser cannot tell the
/// repetitions apart, so <see cref="Join"/> makes one word of each before it runs.
/// </remarks>
static class SchemeOptions
{
    const char Separator = '\u001f';

    /// <summary>As many arguments as there are up to the next option.</summary>
    const int All = int.MaxValue;

    static readonly (Option<string[]> Option, int Arguments)[] s_options =
    [
        (Create(
            SchemeOptionNames.Action,
            "action [node | node weight ...]",
            "A scheme: what to do with the memory it matches; repeat for more, the n-th of each option below belongs to the n-th",
            Enum.GetValues<SchemeAction>().Select(SchemeNames.Of)), All),
        (Create(SchemeOptionNames.Size, "min max", "Sizes of regions (min max)"), 2),
        (Create(SchemeOptionNames.AccessRate, "min max", "Access rates in percent (min max)"), 2),
        (Create(SchemeOptionNames.Age, "min max", "Times for which the access rate stayed (min max)"), 2),
        (Create(SchemeOptionNames.ApplyInterval, "time", "Time between two passes (the aggregation interval)"), 1),
        (Create(
            SchemeOptionNames.Quotas,
            "ms [size [ms [weight weight weight]]]",
            "Limits: time and bytes in each window, its length, weights of size, rate and age"), All),
        (Create(SchemeOptionNames.QuotaTime, "ms", "Limit of time in each window"), 1),
        (Create(SchemeOptionNames.QuotaSpace, "size", "Limit of bytes in each window"), 1),
        (Create(SchemeOptionNames.QuotaInterval, "ms", "Length of the window"), 1),
        (Create(SchemeOptionNames.QuotaWeights, "size rate age", "Weights in 1/1000 (1 1 1)"), 3),
        (Create(SchemeOptionNames.FailChargeRatio, "numerator denominator", "What bytes on which the action failed charge"), 2),
        (Create(
            SchemeOptionNames.QuotaGoal,
            "metric target [current | node [cgroup]]",
            "Tune the limits for this goal; may be repeated",
            Enum.GetValues<QuotaGoalMetric>().Select(SchemeNames.Of)), All),
        (Create(
            SchemeOptionNames.QuotaGoalTuner,
            "consist|temporal",
            "How the limits follow the goals (consist)",
            Enum.GetValues<QuotaTuner>().Select(SchemeNames.Of)), 1),
        (Create(SchemeOptionNames.NrQuotaGoals, "number ...", "Goals of each scheme, when there are several schemes"), All),
        (Create(
            SchemeOptionNames.Filter,
            "allow|reject [none] type ...",
            "Memory to allow or reject; may be repeated",
            ["allow", "reject", "none", .. Enum.GetValues<SchemeFilterKind>().Select(SchemeNames.Of)]), All),
        (Create(SchemeOptionNames.NrFilters, "number ...", "Filters of each scheme, when there are several schemes"), All),
        (Create(
            SchemeOptionNames.Watermarks,
            "metric time high mid low",
            "When the scheme is active, by free memory in 1/1000",
            Enum.GetValues<WatermarkMetric>().Select(SchemeNames.Of)), 5),
        (Create(SchemeOptionNames.MaxNrSnapshots, "number", "Passes after which the scheme stops (0: never)"), 1),
        (Create(SchemeOptionNames.NrSchemes, "number", "Number of schemes: accepted for old scripts"), All),
    ];

    /// <summary>All of them.</summary>
    public static IEnumerable<Option> Options => s_options.Select(o => o.Option);

    /// <summary>Makes one word of the arguments of each of the options. To be called with options written out, before parsing.</summary>
    /// <param name="root">The command whose sub-commands <paramref name="arguments"/> may name; one without these options is left alone.</param>
    /// <param name="arguments">The command line; nothing after a <c>--</c> is touched.</param>
    public static string[] Join(Command root, string[] arguments)
    {
        List<string> joined = [];
        Command command = root;
        for (int i = 0; i < arguments.Length; i++)
        {
            string word = arguments[i];
            joined.Add(word);
            if (word == "--")
            {
                joined.AddRange(arguments[(i + 1)..]);
                break;
            }

            command = command.Subcommands.FirstOrDefault(c => c.Name == word || c.Aliases.Contains(word)) ?? command;
            (Option<string[]>? option, int most) = s_options.FirstOrDefault(o => o.Option.Name == word);
            if (option is null || !command.Options.Contains(option))
            {
                continue;
            }

            int count = 0;
            while (count < MostOf(word, most, arguments, i + 1) && i + 1 + count < arguments.Length && !IsOption(arguments[i + 1 + count]))
            {
                count++;
            }

            if (count > 0)
            {
                joined.Add(string.Join(Separator, arguments, i + 1, count));
                i += count;
            }
        }

        return [.. joined];
    }

    /// <summary>Makes the schemes.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="onRemark">Told in one line what may not be meant.</param>
    /// <exception cref="UserErrorException">An option is wrong, or there is one too many.</exception>
    public static IReadOnlyList<Scheme> Schemes(ParseResult parsed, Action<string> onRemark)
    {
        try
        {
            return SchemeOptionParser.Parse(s_options.SelectMany(o => Given(parsed, o.Option)), onRemark);
        }
        catch (SchemeTextException e)
        {
            throw UserErrorException.Usage(e.Message);
        }
    }

    /// <summary>The first of the options that is given; null for none.</summary>
    public static string? FirstGiven(ParseResult parsed) =>
        parsed.Tokens.FirstOrDefault(t => t.Type == TokenType.Option && s_options.Any(o => o.Option.Name == t.Value))?.Value;

    /// <summary>Whether one of them makes a scheme.</summary>
    public static bool HasAction(ParseResult parsed) => Given(parsed, s_options[0].Option).Any();

    static IEnumerable<SchemeOption> Given(ParseResult parsed, Option option) =>
        parsed.GetResult(option) is { } result ? result.Tokens.Select(t => new SchemeOption(option.Name, t.Value.Split(Separator))) : [];

    /// <summary>Only migration has something after it, so that a target may follow all other actions.</summary>
    static int MostOf(string name, int most, string[] arguments, int first) =>
        name == SchemeOptionNames.Action && first < arguments.Length && !arguments[first].StartsWith("migrate_", StringComparison.OrdinalIgnoreCase) ? 1 : most;

    /// <summary>Negative numbers are arguments, and refused as such.</summary>
    static bool IsOption(string word) => word is ['-', ..] && !(word.Length > 1 && char.IsAsciiDigit(word[1]));

    /// <param name="name">The option.</param>
    /// <param name="value">Its value, for help.</param>
    /// <param name="description">What it means.</param>
    /// <param name="words">What may stand first behind it; filters follow one another.</param>
    static Option<string[]> Create(string name, string value, string description, params IEnumerable<string> words)
    {
        Option<string[]> option = new(name) { Description = description, HelpName = value };
        Func<CompletionContext, IEnumerable<CompletionItem>> all = Expected.Words(words);
        option.CompletionSources.Add(context =>
            name == SchemeOptionNames.Filter || context.ParseResult.GetResult(option)?.Tokens[^1].Value.Contains(Separator, StringComparison.Ordinal) != true
                ? all(context)
                : []);
        return option;
    }
}
