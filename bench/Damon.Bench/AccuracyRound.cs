using Damo.Workloads;

namespace Damon.Bench;

/// <summary>What one round of <see cref="AccuracyBench"/> found, taken while the log of the workload is there.</summary>
sealed class AccuracyRound
{
    /// <param name="monitored">After the round.</param>
    /// <param name="elapsedNs">How long it took.</param>
    public AccuracyRound(MonitoredWorkload monitored, long elapsedNs)
    {
        SampleJudge judge = monitored.Judge;
        Precision = judge.Precision;
        Recall = judge.Recall;
        FalsePositives = judge.FalsePositives;
        FalseNegatives = judge.FalseNegatives;
        Judged = judge.TruePositives + judge.FalsePositives + judge.TrueNegatives + judge.FalseNegatives;
        NotJudged = judge.Uncounted;
        HotPrecision = judge.HotPrecision;
        HotRecall = judge.HotRecall;
        PrepareUs = monitored.PrepareNs / 1e3 / monitored.NrTicks;
        CheckUs = monitored.CheckNs / 1e3 / monitored.NrTicks;
        CpuSeconds = monitored.CpuNs / 1e9;
        CpuShare = (double)monitored.CpuNs / elapsedNs;
        for (int i = 0; i < monitored.Workload.Log.Regions.Length; i++)
        {
            Rates.Add((judge.MeasuredRate(i), judge.ExpectedRate(i)));
        }
    }

    public double Precision { get; }

    public double Recall { get; }

    public long FalsePositives { get; }

    public long FalseNegatives { get; }

    public long Judged { get; }

    public long NotJudged { get; }

    public double HotPrecision { get; }

    public double HotRecall { get; }

    public double PrepareUs { get; }

    public double CheckUs { get; }

    /// <summary>CPU time of the monitor.</summary>
    public double CpuSeconds { get; }

    /// <summary>The same in parts of the elapsed time.</summary>
    public double CpuShare { get; }

    /// <summary>Share of samples found accessed, per region.</summary>
    public List<(double Measured, double Expected)> Rates { get; } = [];
}
