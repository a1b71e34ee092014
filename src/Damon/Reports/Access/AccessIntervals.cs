namespace Damon.Reports.Access;

/// <summary>Monitoring intervals in microseconds, and what counts and ages mean by them.</summary>
/// <param name="SampleUs">Sampling interval, above 0.</param>
/// <param name="AggrUs">Aggregation interval, above 0.</param>
readonly record struct AccessIntervals(double SampleUs, double AggrUs)
{
    const double UsPerSecond = 1e6;

    /// <summary>Whether both intervals are known and usable.</summary>
    public bool IsKnown => SampleUs > 0 && AggrUs > 0;

    /// <summary>Samples of an aggregation interval: the greatest number of accesses.</summary>
    public double MaxSamples => AggrUs / SampleUs;

    /// <summary>Part of the samples that found an access, in percent, cut.</summary>
    public long Percent(uint nrAccesses) => (long)(nrAccesses * 100.0 / MaxSamples);

    /// <summary>Accesses per second.</summary>
    public double Hz(double nrAccesses) => nrAccesses / (AggrUs / UsPerSecond);

    /// <summary>The time of a number of aggregation intervals, in microseconds.</summary>
    public long AgeUs(int age) => (long)(age * AggrUs);
}
