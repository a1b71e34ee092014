namespace Damon.Numbers;

/// <summary>Whose way of writing sizes and times for people.</summary>
enum NumberStyle
{
    /// <summary>The current tool's (3.x): hours, no needless decimals, PiB and EiB, <c>max</c>.</summary>
    Current,

    /// <summary>The way of the tool's versions before 1.5.9: minutes at most, always decimals, TiB at most.</summary>
    Old,

    /// <summary>Plain integers: bytes, nanoseconds.</summary>
    Raw,
}
