namespace Damo.Workloads;

/// <summary>What <see cref="SampleJudge"/> has counted of one region of a workload.</summary>
struct RegionTally
{
    /// <summary>Samples, and those that found it accessed.</summary>
    public long NrSamples;

    /// <inheritdoc cref="NrSamples"/>
    public long NrAccessed;

    /// <summary>Windows in which the log says accessed; the unsure ones count half.</summary>
    public double LoggedWindows;

    /// <summary>The same since the last aggregation interval ended, with the number of windows.</summary>
    public long IntervalSamples;

    /// <inheritdoc cref="IntervalSamples"/>
    public long IntervalAccessed;

    /// <inheritdoc cref="IntervalSamples"/>
    public double IntervalLogged;

    /// <inheritdoc cref="IntervalSamples"/>
    public int IntervalWindows;
}
