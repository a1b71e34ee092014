using System.CommandLine;
using System.Globalization;
using Damo.CommandLine;
using Damo.Inputs;
using Damon.Reports;

namespace Damo.Reporting;

/// <summary>Which of the targets of a record a report is about: kdamonds, contexts and schemes may each have one of the same id.</summary>
sealed class TargetChoice
{
    static readonly Option<string> s_target = new("--tid") { Description = "The target (the one with most memory)", HelpName = "id" };
    static readonly Option<string> s_kdamond = new("--kdamond_idx")
    {
        Description = "Only targets of this kdamond, as 'damo report record-info' numbers them",
        HelpName = "number",
    };
    static readonly Option<string> s_context = new("--context_idx") { Description = "Only targets of this context", HelpName = "number" };
    static readonly Option<string> s_scheme = new("--scheme_idx") { Description = "Only what this scheme was tried on", HelpName = "number" };

    static readonly Option<string> s_series = new("--series")
    {
        Description = "Of targets that had one id after the other, the one of this number, from 0",
        HelpName = "number",
    };

    readonly Int128? _target;
    readonly int? _kdamond;
    readonly int? _context;
    readonly int? _scheme;
    readonly int? _series;

    TargetChoice(Int128? target, int? kdamond, int? context, int? scheme, int? series)
    {
        _target = target;
        _kdamond = kdamond;
        _context = context;
        _scheme = scheme;
        _series = series;
    }

    /// <summary>Gives a command the options that choose.</summary>
    public static void AddTo(Command command)
    {
        command.Add(s_target);
        AddIndicesTo(command);
    }

    /// <summary>Gives a command, which names the target by an option of its own, the other options that choose.</summary>
    public static void AddIndicesTo(Command command)
    {
        command.Add(s_kdamond);
        command.Add(s_context);
        command.Add(s_scheme);
        command.Add(s_series);
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="UserErrorException">A value is no number.</exception>
    public static TargetChoice Parse(ParseResult parsed) => new(
        parsed.GetValue(s_target) is { } text ? Target(text) : null,
        Index(parsed, s_kdamond),
        Index(parsed, s_context),
        Index(parsed, s_scheme),
        Index(parsed, s_series));

    /// <summary>The targets that are meant, in the same order.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public IReadOnlyList<T> Of<T>(IEnumerable<T> guides, RecordSource source)
        where T : ITargetGuide
    {
        T[] meant = [.. guides.Where(guide => IsMeant(guide))];
        return meant.Length > 0 ? meant : throw source.Failure(Missing());
    }

    /// <summary>Says which target is shown where several share its id.</summary>
    /// <param name="meant">Those that are meant, the one that is shown first.</param>
    /// <param name="source">The record.</param>
    public static void Tell<T>(IReadOnlyList<T> meant, RecordSource source)
        where T : ITargetGuide
    {
        T shown = meant[0];
        T[] same = [.. meant.Where(guide => guide.TargetId == shown.TargetId)];
        if (same.Length == 1)
        {
            return;
        }

        List<string> whose = [];
        List<string> options = [];
        void Differ(Func<ITargetGuide, int?> index, string what, Option option)
        {
            if (same.Any(guide => index(guide) != index(shown)))
            {
                whose.Add(index(shown) is { } number ? string.Create(CultureInfo.InvariantCulture, $"{what} {number}") : $"no {what}");
                options.Add(option.Name);
            }
        }

        Differ(static guide => guide.Series.KdamondIndex, "kdamond", s_kdamond);
        Differ(static guide => guide.Series.ContextIndex, "context", s_context);
        Differ(static guide => guide.Series.SchemeIndex, "scheme", s_scheme);
        Differ(static guide => guide.Ordinal, "series", s_series);
        string thread = TargetName.Thread(shown.Series) is { } name ? $" ({name})" : "";
        string of = whose.Count > 0 ? $", of {string.Join(", ", whose)}{thread}" : "";
        string choice = options.Count > 0 ? $"; {string.Join(", ", options)} chooses, " : "; ";
        source.Say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"there are {same.Length} targets {shown.TargetId}; the largest is shown{of}{choice}'damo report record-info' lists them"));
    }

    bool IsMeant(ITargetGuide guide) => (_target is null || guide.TargetId == _target)
        && (_kdamond is null || guide.Series.KdamondIndex == _kdamond)
        && (_context is null || guide.Series.ContextIndex == _context)
        && (_scheme is null || guide.Series.SchemeIndex == _scheme)
        && (_series is null || (guide.Ordinal ?? 0) == _series);

    string Missing()
    {
        string indices = Text(s_kdamond, _kdamond) + Text(s_context, _context) + Text(s_scheme, _scheme) + Text(s_series, _series);
        return indices.Length > 0 ? $"there is no target{(_target is { } id ? $" {id}" : "")} of{indices}; 'damo report record-info' lists what there is"
            : _target is { } target ? $"there is no target {target}"
            : "no snapshot names a target";
    }

    static string Text(Option option, int? index) => index is { } number ? string.Create(CultureInfo.InvariantCulture, $" {option.Name} {number}") : "";

    static int? Index(ParseResult parsed, Option<string> option) => parsed.GetValue(option) is { } text ? Quantity.Count(text, option.Name, 0) : null;

    static Int128 Target(string text) => Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 id)
        ? id
        : throw UserErrorException.Usage($"--tid: '{text}' is no target id");
}
