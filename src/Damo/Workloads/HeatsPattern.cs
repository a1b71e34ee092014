namespace Damo.Workloads;

/// <summary>Ten heats, from always hot to never touched; more than ten regions begin again.</summary>
sealed class HeatsPattern : ISweepPattern
{
    const long Ms = 1_000_000;

    static readonly long[] s_periodsNs = [2 * Ms, 4 * Ms, 5 * Ms, 8 * Ms, 10 * Ms, 20 * Ms, 40 * Ms, 100 * Ms, 500 * Ms, 0];

    /// <inheritdoc/>
    public long NominalPeriodNs(int region) => s_periodsNs[region % s_periodsNs.Length];

    /// <inheritdoc/>
    public long PeriodNs(int region, long elapsedNs) => NominalPeriodNs(region);
}
