using System.Globalization;
using Damo.CommandLine;
using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damo.Schemes;

/// <summary>The intervals under which a record was made.</summary>
static class RecordedAttributes
{
    /// <summary>The intervals of the record, or else those asked for, with a line that says so.</summary>
    public static MonitoringAttributes Of(RecordIntervals? known, MonitoringAttributes asked, Terminal terminal)
    {
        if (known is not { SampleUs: > 0 and { } sample, AggrUs: > 0 and { } aggregation })
        {
            terminal.Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the record does not tell its intervals; {asked.SampleUs} and {asked.AggregationUs} us are assumed (--sample, --aggr)"));
            return asked;
        }

        MonitoringAttributes attributes = asked with { SampleUs = (ulong)sample, AggregationUs = (ulong)aggregation };
        return attributes.Check() is null ? attributes : asked;
    }
}
