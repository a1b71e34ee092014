using System.CommandLine;
using Damo.CommandLine;
using Damon.Reports;

namespace Damo.Reporting;

/// <summary><c>--style</c>: which generation of the tool a report is to look like.</summary>
static class StyleOption
{
    public static Option<string> Style { get; } = new("--style")
    {
        Description = "Print what this generation of the tool printed: seed, or a version from v0.0.1 to v2.4.x, of wss to v3.3.0 (seed)",
        HelpName = "version",
        CompletionSources = { Expected.Words(ToolStyle.Names) },
    };

    public static Option<bool> RawNumber { get; } = new("--raw_number") { Description = "Later styles: plain numbers instead of sizes and times for people" };

    /// <summary>The style asked for. Where none is, options that only the versions had stand for the latest.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="ofVersions">Options that the versions had, and the first tool had not.</param>
    /// <param name="last">The last style of the report, and what took its place where there are later versions.</param>
    /// <exception cref="UserErrorException">There is no such style, or an option does not belong to it.</exception>
    public static ToolStyle Get(ParseResult parsed, IEnumerable<Option> ofVersions, (ToolStyle Style, string? Instead) last)
    {
        Option? given = ofVersions.FirstOrDefault(o => IsGiven(parsed, o));
        ToolStyle? style = null;
        if (parsed.GetValue(Style) is { } name && !ToolStyle.TryParse(name, out style))
        {
            throw UserErrorException.Usage(
                $"--style: '{name}' must be seed or a version from v0.0.1 to {last.Style}; something changed in {string.Join(", ", ToolStyle.Names)}");
        }

        if (style is not null && last.Instead is not null && style.Since(2, 5, 0))
        {
            throw UserErrorException.Usage($"--style: there was no such report in {style}; give a version up to {last.Style}, or use '{last.Instead}'");
        }

        style ??= given is null ? ToolStyle.First : last.Style;
        return style.IsFirst && given is not null
            ? throw UserErrorException.Usage($"{given.Name} belongs to later tools; leave out --style seed, or give a version")
            : style;
    }

    /// <summary>Whether the command line asks for the style of the first tool by its name.</summary>
    public static bool IsFirstAsked(ParseResult parsed) =>
        parsed.GetValue(Style) is { } name && ToolStyle.TryParse(name, out ToolStyle? style) && style.IsFirst;

    static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
