namespace Damo.Workloads;

/// <summary>Nothing is ever swept.</summary>
sealed class IdlePattern : ISweepPattern
{
    /// <inheritdoc/>
    public long NominalPeriodNs(int region) => 0;

    /// <inheritdoc/>
    public long PeriodNs(int region, long elapsedNs) => 0;
}
