namespace Damo.Workloads;

/// <summary>Which regions are swept how often.</summary>
interface ISweepPattern
{
    /// <summary>The period of a region as the log tells it, see <see cref="LoggedRegion.PeriodNs"/>.</summary>
    long NominalPeriodNs(int region);

    /// <summary>The period of a region at a time since the start, in nanoseconds; 0 for not now.</summary>
    long PeriodNs(int region, long elapsedNs);
}
