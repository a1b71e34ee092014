using System.Globalization;
using Damo.CommandLine;
using Damon.Numbers;
using Damon.Records.Sidecar;
using Damon.Reports;
using Damon.Reports.Distribution;

namespace Damo.Views;

/// <summary>Working set sizes as people read them on a terminal: whose they are, which snapshots count, and sizes with units and bars.</summary>
/// <param name="metadata">The sidecar; null where there is none.</param>
/// <param name="columns">Width of the terminal.</param>
sealed class WorkingSetView(RecordMetadata? metadata, int columns)
{
    /// <summary>Further targets are only counted.</summary>
    const int MaxTargets = 10;

    const int LabelColumns = 26;
    const int MostBarColumns = 50;

    /// <summary>Writes all targets, those with the largest working set first.</summary>
    /// <param name="targets">The sizes.</param>
    /// <param name="spans">What they are of, in the same order; a single target of several is the sum of all.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="output">Where to.</param>
    public void Write(IReadOnlyList<WorkingSetDistribution> targets, IReadOnlyList<WorkingSetSpan> spans, WorkingSetOptions options, TextWriter output)
    {
        bool isSum = options.CollapsesTargets && spans.Count > 1;
        (WorkingSetDistribution Target, WorkingSetSpan Span)[] shown =
            [.. targets.Zip(spans).Where(t => t.First.Sizes.Values.Count > 0).OrderByDescending(t => t.First.Sizes.Average)];
        ulong most = Math.Max(shown.Take(MaxTargets).SelectMany(t => t.Target.Sizes.Percentiles).Select(p => p.Value).DefaultIfEmpty(0ul).Max(), 1);
        foreach ((WorkingSetDistribution target, WorkingSetSpan span) in shown.Take(MaxTargets))
        {
            string name = isSum
                ? string.Create(CultureInfo.InvariantCulture, $"all {spans.Count} targets together")
                : TargetName.Of(metadata, span.TargetId, span.Series);
            output.Write($"Working set of {name}{Of(span, options)}\n\n");
            if (target.Sizes.Percentiles.All(p => p.Value == 0))
            {
                output.Write("No access was seen: all that was monitored was idle.\n\n");
                continue;
            }

            Lines(target.Sizes, most, options, output);
            output.Write("\n");
        }

        if (shown.Length > MaxTargets)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"{shown.Length - MaxTargets} more targets have smaller working sets; --csv shows all\n"));
        }
    }

    static string Of(WorkingSetSpan span, WorkingSetOptions options)
    {
        int counted = span.Snapshots - span.Excluded;
        string length = span.SnapshotNs > 0 ? $" of {DurationText.Format(Math.Round(span.SnapshotNs / 1e6) * 1e6)}" : "";
        string sums = options.WorkTimeUs > 1 ? $", added up to {DurationText.Format(options.WorkTimeUs * 1e3)}" : "";
        string time = DurationText.Format(Math.Round(span.Excluded * span.SnapshotNs / 1e6) * 1e6);
        string left = span.Excluded switch
        {
            0 => "none is left out",
            1 => $"the first ({time}) is left out (--exclude_samples)",
            _ => string.Create(CultureInfo.InvariantCulture, $"the first {span.Excluded} ({time}) are left out (--exclude_samples)"),
        };
        return string.Create(CultureInfo.InvariantCulture, $", over {counted} snapshots{length}{sums}; {left}");
    }

    void Lines(ValueDistribution sizes, ulong most, WorkingSetOptions options, TextWriter output)
    {
        string head = options.SortByTime ? "part of the run" : "percentile";
        output.Write($"{head,15}  {"size",10}\n");
        foreach (PercentileValue value in sizes.Percentiles)
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"{value.Percentile} %"), value.Value, most, output);
        }

        Line("average", (ulong)sizes.Average, most, output);
    }

    void Line(string label, ulong bytes, ulong most, TextWriter output)
    {
        int room = Math.Clamp(columns - LabelColumns - 6, 0, MostBarColumns);
        int bar = (int)Math.Min(Math.Ceiling((double)bytes / most * room), room);
        output.Write($"{label,15}  {ByteText.Of(bytes),10}{(bar > 0 ? "  " + new string('#', bar) : "")}\n");
    }
}
