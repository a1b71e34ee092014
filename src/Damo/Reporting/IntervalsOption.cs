using System.CommandLine;
using Damo.CommandLine;
using Damon.Records.Streams;

namespace Damo.Reporting;

/// <summary><c>--intervals</c>: what a record was made with, where neither it nor its sidecar tells.</summary>
static class IntervalsOption
{
    public static Option<string[]> Option { get; } = new("--intervals")
    {
        Description = "Sampling and aggregation interval of the record, where it does not tell them itself (us, or with a unit)",
        HelpName = "sample> <aggr",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>The intervals given; null for none.</summary>
    /// <exception cref="UserErrorException">They are no intervals.</exception>
    public static RecordIntervals? Parse(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is not [var sampleText, var aggrText])
        {
            return null;
        }

        ulong sample = Quantity.Microseconds(sampleText, "--intervals");
        ulong aggr = Quantity.Microseconds(aggrText, "--intervals");
        return sample > 0 && aggr >= sample
            ? new RecordIntervals { SampleUs = sample, AggrUs = aggr }
            : throw UserErrorException.Usage(
                $"--intervals: the sampling interval must be above 0, and the aggregation interval not below it ({sampleText} {aggrText})");
    }
}
