using System.Globalization;
using Damon.Numbers;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Reports.RecordInfo;

/// <summary>What the sidecar of a record says, one fact after the other, without what it does not say.</summary>
static class RecordFacts
{
    /// <summary>The facts, in the order in which they are shown.</summary>
    /// <param name="metadata">The sidecar.</param>
    public static IReadOnlyList<RecordFact> Of(RecordMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        List<RecordFact> facts = [];
        RecordHeader header = metadata.Header ?? new RecordHeader();
        Text(facts, "host", "host", header.HostName);
        Text(facts, "kernel", "kernel", header.KernelRelease);
        Text(facts, "architecture", "architecture", header.Architecture);
        Text(facts, "started", "started", header.StartTime?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        Text(facts, "tool", "tool", header.ToolVersion is null ? header.Tool : $"{header.Tool} {header.ToolVersion}");
        Text(facts, "command_line", "command line", header.CommandLine is { } line ? string.Join(' ', line.Select(Quoted)) : null);
        Text(facts, "command", "program", header.Request?.Command);
        Text(facts, "pids", "processes", header.Request?.Pids is { Count: > 0 } pids ? string.Join(' ', pids) : null);
        Text(facts, "engine", "engine", header.Backend);
        Text(facts, "access_check", "access check", header.AccessCheck?.Name);
        Text(facts, "granularity", "granularity", header.AccessCheck?.Granularity);
        Text(facts, "address_space", "address space", header.AddressSpace);
        Intervals(facts, "", "asked", header.Intervals);
        Count(facts, "min_regions", "least regions", header.MinRegions);
        Count(facts, "max_regions", "most regions", header.MaxRegions);
        RecordSummary summary = metadata.Summary ?? new RecordSummary();
        Intervals(facts, "effective_", "effective", summary.EffectiveIntervals);
        if (metadata.Summary is null || metadata.IsComplete)
        {
            // A recorder that was killed told its last state some time before the record ends.
            Count(facts, "snapshots", "snapshots", summary.Snapshots);
        }

        Overhead(facts, summary.Overhead);
        Text(facts, "end", "end", summary.EndReason ?? (metadata.Summary is null || metadata.IsComplete ? null : "not closed: still running, or killed"));
        foreach (string note in (header.AccessCheck?.Notes ?? []).Concat(summary.Notes ?? []))
        {
            Text(facts, "note", "note", note);
        }

        Text(facts, "problem", "problem", metadata.Problem);
        return facts;
    }

    static void Intervals(List<RecordFact> facts, string prefix, string label, RecordIntervals? intervals)
    {
        Duration(facts, prefix + "sample_us", $"sampling interval, {label}", intervals?.SampleUs);
        Duration(facts, prefix + "aggr_us", $"aggregation interval, {label}", intervals?.AggrUs);
        Duration(facts, prefix + "update_us", $"update interval, {label}", intervals?.UpdateUs);
    }

    static void Overhead(List<RecordFact> facts, RecordOverhead? overhead)
    {
        Percent(facts, "own_cpu_percent", "CPU time of the tool", overhead?.OwnCpuPercent);
        Percent(facts, "check_time_percent", "time in access checks", overhead?.CheckTimePercent);
        Count(facts, "checks_per_second", "access checks per second", overhead?.ChecksPerSecond);
        Count(facts, "samples", "samples", overhead?.Samples);
        Count(facts, "missed_ticks", "samples left out", overhead?.MissedTicks);
        Duration(facts, "late_p99_us", "99 % of samples late by at most", overhead?.LateP99Us);
        if (overhead?.StretchFactor is { } stretch && double.IsFinite(stretch))
        {
            facts.Add(new RecordFact("stretch_factor", "intervals stretched by", Plain(stretch), stretch));
        }
    }

    static void Text(List<RecordFact> facts, string name, string label, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            // A file from elsewhere must not steer the terminal.
            facts.Add(new RecordFact(name, label, string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c))));
        }
    }

    static void Duration(List<RecordFact> facts, string name, string label, double? us)
    {
        if (us is { } value && double.IsFinite(value))
        {
            facts.Add(new RecordFact(name, label, DurationText.Format(value * 1000), value));
        }
    }

    static void Percent(List<RecordFact> facts, string name, string label, double? percent)
    {
        if (percent is { } value && double.IsFinite(value))
        {
            facts.Add(new RecordFact(name, label, $"{FixedDecimal.Format(value, 2)} %", value));
        }
    }

    static void Count(List<RecordFact> facts, string name, string label, double? count)
    {
        if (count is { } value && double.IsFinite(value))
        {
            facts.Add(new RecordFact(name, label, CountText.Format((Int128)value), Math.Truncate(value)));
        }
    }

    static string Plain(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    static string Quoted(string argument) => argument.Length > 0 && !argument.Any(char.IsWhiteSpace) ? argument : $"'{argument}'";
}
