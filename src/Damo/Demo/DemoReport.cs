using Damo.CommandLine;
using Damo.Workloads;
using Damon.Monitoring;

namespace Damo.Demo;

/// <summary>The lines below the demo's picture.</summary>
static class DemoReport
{
    public static void Write(TextWriter output, SampleJudge judge, DemoObserver observer, DemoOutcome outcome, string recordPath)
    {
        KdamondStatistics statistics = outcome.Statistics;
        MonitoringAttributes asked = outcome.Attributes;
        long judged = judge.TruePositives + judge.FalsePositives + judge.TrueNegatives + judge.FalseNegatives;
        Line(
            "samples",
            $"{judged} judged: precision {judge.Precision:0.0000}, recall {judge.Recall:0.0000} ({judge.FalsePositives} false, {judge.FalseNegatives} missed)");
        Line(
            "regions",
            $"{observer.MeanNrRegions:0} on average, {observer.MinNrRegions} to {observer.MaxNrRegions} (limits {asked.MinNrRegions} to {asked.MaxNrRegions})");
        Line(
            "cost",
            $"{statistics.CpuPercent:0.0} % of one CPU, {statistics.NrChecks * 1e9 / Math.Max(statistics.ElapsedNs, 1):0} checks per second by "
                + $"{outcome.AccessCheck}");
        Line(
            "sampling",
            $"every {statistics.AchievedSampleUs / 1000:0.00} ms ({asked.SampleUs / 1000.0:0.##} asked), {statistics.NrMissedTicks} of "
                + $"{statistics.NrSamples + statistics.NrMissedTicks} ticks missed");
        Line(
            "aggregation",
            $"every {statistics.AchievedAggregationUs / 1000:0.0} ms ({asked.AggregationUs / 1000.0:0.##} asked), {observer.NrSnapshots} snapshots");
        Line("record", $"{Terminal.Safe(recordPath)}");
        output.WriteLine();
        string look = $"{CalledAs.Word} report raw{CalledAs.InputOption(recordPath)}";
        string own = $"{CalledAs.Word} record \"sleep 5\"";
        int width = Math.Max(look.Length, own.Length);
        output.WriteLine($"Next:  {look.PadRight(width)}  the record in numbers");
        output.WriteLine($"       {own.PadRight(width)}  the same for a program of yours");

        void Line(string name, string text) => output.WriteLine($"{name,12}  {text}");
    }
}
