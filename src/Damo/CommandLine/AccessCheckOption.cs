using System.CommandLine;
using Damon.Linux.AccessChecks;

namespace Damo.CommandLine;

/// <summary><c>--access-check</c>.</summary>
static class AccessCheckOption
{
    public static Option<string?> Option { get; } = new Option<string?>("--access-check") { Description = "How accesses are seen (auto: the best that works)" }
        .AcceptOnly(["auto", .. Enum.GetValues<AccessCheckKind>().Select(AccessCheckNames.Name)]);

    /// <summary>The access check asked for; null for the best that works.</summary>
    public static AccessCheckKind? Of(ParseResult parsed) => AccessCheckNames.TryParse(parsed.GetValue(Option) ?? "", out AccessCheckKind kind) ? kind : null;
}
