namespace Damo.Workloads;

/// <summary>
/// Stripes that make a telling heatmap: from the lowest address up, a hot stripe that wanders to and fro, a lukewarm and a warm
/// stripe that stay, and one that is hot for a while and then rests. Between them nothing is touched.
/// </summary>
/// <param name="nrRegions">Number of regions the stripes are drawn on.</param>
sealed class StripesPattern(int nrRegions) : ISweepPattern
{
    public const int DefaultNrRegions = 68;
    public const long DefaultRegionBytes = 2L << 20;

    const long Ms = 1_000_000;
    const long HotPeriodNs = 3 * Ms;
    const long WarmPeriodNs = 10 * Ms;
    const long LukewarmPeriodNs = 30 * Ms;

    // Parts of the address range, in 1/100.
    const int WanderEnd = 56;
    const int WanderWidth = 12;
    const int LukewarmStart = 62;
    const int LukewarmEnd = 70;
    const int WarmStart = 75;
    const int WarmEnd = 82;
    const int BlinkStart = 90;
    const int BlinkEnd = 96;

    /// <summary>After this time everything is as at the start.</summary>
    public const long RoundNs = 30_000 * Ms;

    // There and back.
    const long WanderNs = 10_000 * Ms;
    const long BlinkNs = 3_000 * Ms;
    const long BlinkOnNs = 1_500 * Ms;

    /// <inheritdoc/>
    public long NominalPeriodNs(int region) => Percent(region) switch
    {
        < WanderEnd => LoggedRegion.Varies,
        >= LukewarmStart and < LukewarmEnd => LukewarmPeriodNs,
        >= WarmStart and < WarmEnd => WarmPeriodNs,
        >= BlinkStart and < BlinkEnd => LoggedRegion.Varies,
        _ => 0,
    };

    /// <inheritdoc/>
    public long PeriodNs(int region, long elapsedNs)
    {
        long nominal = NominalPeriodNs(region);
        if (nominal != LoggedRegion.Varies)
        {
            return nominal;
        }

        double at = Percent(region);
        if (at >= BlinkStart)
        {
            return elapsedNs % BlinkNs < BlinkOnNs ? HotPeriodNs : 0;
        }

        // A triangle wave: 0 to 1 and back.
        double phase = elapsedNs % WanderNs / (double)WanderNs * 2;
        double way = phase <= 1 ? phase : 2 - phase;
        double start = way * (WanderEnd - WanderWidth);
        return at >= start && at < start + WanderWidth ? HotPeriodNs : 0;
    }

    /// <summary>Where the middle of a region lies, in 1/100 of the address range.</summary>
    double Percent(int region) => (region + 0.5) * 100 / nrRegions;
}
