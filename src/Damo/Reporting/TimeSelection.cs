using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damo.Reporting;

/// <summary>The snapshots of a part of a recording, counted from its first one.</summary>
/// <param name="skipNs">Nanoseconds that are left out at the beginning.</param>
/// <param name="lengthNs">Nanoseconds behind them that count.</param>
sealed class TimeSelection(long skipNs, long lengthNs)
{
    /// <summary>Everything.</summary>
    public static TimeSelection All { get; } = new(0, long.MaxValue);

    /// <summary>Hands on what was seen in the time; the same action as given where that is all.</summary>
    /// <param name="add">Takes a snapshot.</param>
    /// <param name="times">Tells when the first snapshot began where that does not say it itself; null where nothing does.</param>
    public Action<RecordSeries, Snapshot> Of(Action<RecordSeries, Snapshot> add, RecordTimes? times = null)
    {
        if (this == All)
        {
            return add;
        }

        long? first = null;
        return (series, snapshot) =>
        {
            first ??= snapshot.StartNs ?? (snapshot.NrTargets > 0 ? times?.FirstStartNs(series, snapshot[0].Key) : null) ?? snapshot.TimeNs;
            Int128 at = (Int128)snapshot.TimeNs - first.Value;
            if (at >= skipNs && at <= (Int128)skipNs + lengthNs)
            {
                add(series, snapshot);
            }
        };
    }
}
