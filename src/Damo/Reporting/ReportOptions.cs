using System.CommandLine;
using Damo.CommandLine;

namespace Damo.Reporting;

/// <summary>The options that reports have in common.</summary>
static class ReportOptions
{
    public static Option<bool> TargetId { get; } = new("--target-id") { Description = "Write 'target_id' where the first tools wrote 'pid'" };

    public static Option<bool> Json { get; } = new("--json") { Description = "For programs: one JSON object" };

    public static Option<bool> Csv { get; } = new("--csv") { Description = "For programs: comma separated values" };

    /// <summary>The form asked for.</summary>
    /// <exception cref="UserErrorException">More than one was.</exception>
    public static OutputForm Form(ParseResult parsed) => (parsed.GetValue(Json), parsed.GetValue(Csv)) switch
    {
        (true, true) => throw UserErrorException.Usage("--json and --csv exclude each other"),
        (true, _) => OutputForm.Json,
        (_, true) => OutputForm.Csv,
        _ => OutputForm.Text,
    };
}
