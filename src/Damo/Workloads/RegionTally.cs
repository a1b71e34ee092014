namespace Damo.Workloads;

/// <summary>What <see cref="SampleJudge"/> has counted of one region of a workload.</summary>
struct RegionTally
{
    /// <summary>Samples, and those that found it accessed.</summary>
    public long NrSamples;

    /// <inheritdoc cref="NrSamples"/>
    public long NrAccessed;

    /// <summary>Samples since the last aggregation interval ended, and those that found it accessed.</summary>
    public long IntervalSamples;

    /// <inheritdoc cref="IntervalSamples"/>
    public long IntervalAccessed;

    /// <summary>Windows of it in which the log says accessed; the unsure ones count half.</summary>
    public double IntervalLogged;

    /// <summary>All windows of it.</summary>
    public int IntervalWindows;
}
