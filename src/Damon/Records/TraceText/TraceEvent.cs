namespace Damon.Records.TraceText;

/// <summary>Which of DAMON's events a line of trace text is.</summary>
enum TraceEvent
{
    /// <summary>A region at the end of an aggregation interval.</summary>
    Aggregated,

    /// <summary>A region that a scheme is about to be tried on.</summary>
    Tried,

    /// <summary>A new sampling interval.</summary>
    Tuned,
}
