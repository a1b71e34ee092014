using System.CommandLine.Completions;
using Damon.Records.Streams;

namespace Damo.CommandLine;

/// <summary>The names of record formats on the command line.</summary>
static class RecordFormatNames
{
    /// <summary>All of them, for help and messages.</summary>
    public const string All = "binary|perf_script|json|json_compressed";

    /// <summary>The names, completed by shells.</summary>
    public static Func<CompletionContext, IEnumerable<CompletionItem>> Expected { get; } = CommandLine.Expected.Words(All.Split('|'));

    /// <summary>The format of a name; <c>record</c> is what damo called the binary one.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">The option, for the message.</param>
    /// <exception cref="UserErrorException">There is no such format.</exception>
    public static RecordFormat Parse(string name, string what = "--format") => name switch
    {
        "binary" or "record" => RecordFormat.Binary,
        "perf_script" => RecordFormat.PerfScript,
        "json" => RecordFormat.Json,
        "json_compressed" => RecordFormat.JsonCompressed,
        "perf_data" => throw UserErrorException.Usage($"{what}: perf_data is written by perf only; perf_script is its text"),
        _ => throw UserErrorException.Usage($"{what}: '{name}' is none of {All.Replace("|", ", ", StringComparison.Ordinal)}"),
    };
}
