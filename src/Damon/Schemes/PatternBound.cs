using System.Globalization;
using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>One end of a range of access frequencies or ages, in the unit in which it was given.</summary>
/// <remarks>
/// It is converted to what the engine counts when it is used, so that a change of the intervals while monitoring does not change its meaning.
/// </remarks>
/// <param name="Value">How much; 0 or above.</param>
/// <param name="Unit">Of what.</param>
public readonly record struct PatternBound(double Value, PatternUnit Unit)
{
    /// <summary>No lower limit.</summary>
    public static PatternBound Min => new(0, PatternUnit.Count);

    /// <summary>No upper limit.</summary>
    public static PatternBound Max => new(0, PatternUnit.Max);

    /// <summary>A number of samples, or of aggregation intervals.</summary>
    public static PatternBound OfCount(double count) => new(count, PatternUnit.Count);

    /// <summary>A percentage of the most accesses an aggregation interval can count.</summary>
    public static PatternBound OfPercent(double percent) => new(percent, PatternUnit.Percent);

    /// <summary>A time.</summary>
    public static PatternBound OfMicroseconds(double microseconds) => new(microseconds, PatternUnit.Microseconds);

    /// <summary>As a number of samples that saw an access: the percentage of aggregation / sampling interval, cut.</summary>
    public ulong ToNrAccesses(MonitoringAttributes attributes) => Unit switch
    {
        PatternUnit.Max => ulong.MaxValue,
        PatternUnit.Percent => Cut(Value * ((double)attributes.AggregationUs / Math.Max(attributes.SampleUs, 1)) / 100),
        _ => Cut(Value),
    };

    /// <summary>As a number of aggregation intervals: the time over the aggregation interval, cut.</summary>
    public ulong ToAge(MonitoringAttributes attributes) => Unit switch
    {
        PatternUnit.Max => ulong.MaxValue,
        PatternUnit.Microseconds => Cut(Math.Truncate(Value) / Math.Max(attributes.AggregationUs, 1)),
        _ => Cut(Value),
    };

    /// <summary>As it would be typed.</summary>
    public override string ToString() => Unit switch
    {
        PatternUnit.Max => "max",
        PatternUnit.Percent => string.Create(CultureInfo.InvariantCulture, $"{Value} %"),
        PatternUnit.Microseconds => string.Create(CultureInfo.InvariantCulture, $"{Value} us"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Value}"),
    };

    static ulong Cut(double value) => value >= ulong.MaxValue ? ulong.MaxValue : value > 0 ? (ulong)value : 0;
}
