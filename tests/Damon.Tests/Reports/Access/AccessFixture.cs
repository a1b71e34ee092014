using System.Text;
using Damon.Monitoring;
using Damon.Records.Streams;
using Damon.Reports.Access;

namespace Damon.Tests.Reports.Access;

/// <summary>Makes snapshots and reports of them.</summary>
static class AccessFixture
{
    public const long Ms = 1_000_000;

    public static AccessIntervals Intervals { get; } = new(5000, 100_000);

    public static Snapshot Snapshot(long startNs, long endNs, params SnapshotRegion[] regions)
    {
        Snapshot snapshot = new();
        snapshot.Reset(endNs);
        snapshot.StartNs = startNs;
        snapshot.AddTarget(0);
        foreach (SnapshotRegion region in regions)
        {
            snapshot.AddRegion(region);
        }

        return snapshot;
    }

    public static SnapshotRegion Region(ulong start, ulong size, uint accesses, int age) => new(start, start + size, accesses, age);

    /// <summary>The text of a report.</summary>
    public static string Report(AccessReportOptions options, params Snapshot[] snapshots) =>
        Report(options, new AccessFilter(), RecordSeries.Unknown, snapshots);

    public static string Report(AccessReportOptions options, AccessFilter filter, RecordSeries series, params Snapshot[] snapshots)
    {
        AccessScan scan = new();
        AccessReading first = new(filter, Intervals);
        AccessReading second = new(filter, Intervals);
        foreach (Snapshot snapshot in snapshots)
        {
            first.Add(snapshot, series, scan.Add);
        }

        using MemoryStream output = new();
        AccessReport report = new(output, options, scan, second.RecordIntervals);
        foreach (Snapshot snapshot in snapshots)
        {
            second.Add(snapshot, series, report.Add);
        }

        report.Finish();
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
