namespace Damon.Schemes;

/// <summary>The unit of a <see cref="PatternBound"/>.</summary>
public enum PatternUnit
{
    /// <summary>As the engine counts: samples for accesses, aggregation intervals for ages.</summary>
    Count,

    /// <summary>Accesses in percent of the most that an aggregation interval can count.</summary>
    Percent,

    /// <summary>Ages in microseconds.</summary>
    Microseconds,

    /// <summary>No upper limit.</summary>
    Max,
}
