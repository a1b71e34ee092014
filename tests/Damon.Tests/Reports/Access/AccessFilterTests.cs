using Damon.Monitoring;
using Damon.Records.Streams;
using Damon.Reports.Access;
using static Damon.Tests.Reports.Access.AccessFixture;

namespace Damon.Tests.Reports.Access;

public sealed class AccessFilterTests
{
    static readonly Snapshot[] s_snapshots =
    [
        Snapshot(0, 100 * Ms, Region(0, 100, 0, 10), Region(100, 50, 20, 5)),
        Snapshot(100 * Ms, 200 * Ms, Region(0, 100, 0, 11), Region(100, 50, 10, SnapshotRegion.UnknownAge)),
        Snapshot(200 * Ms, 300 * Ms, Region(0, 40, 1, 0)),
    ];

    [Fact]
    public void Regions_are_chosen_by_closed_ranges()
    {
        Assert.Equal("100+50 100+50 -", Kept(new AccessFilter { RegionSize = new ClosedRange(41, 99) }));
        Assert.Equal("- 100+50 -", Kept(new AccessFilter { AccessRate = new ClosedRange(50, 50) }));
        Assert.Equal("0+100 0+100 -", Kept(new AccessFilter { AgeUs = new ClosedRange(1_000_000, 1_100_000) }));
        Assert.Equal("0+100 0+100 -", Kept(new AccessFilter { Temperature = new ClosedRange(Int128.MinValue, -1) }));
    }

    [Fact]
    public void Regions_are_cut_to_addresses() =>
        Assert.Equal(
            "50+50,100+10,140+10 50+50,100+10,140+10 -",
            Kept(new AccessFilter { Addresses = [new AddressRange(50, 110), new AddressRange(140, 500)] }));

    [Fact]
    public void Snapshots_are_chosen_by_time_number_and_size()
    {
        Assert.Equal("0+100,100+50", Kept(new AccessFilter { SnapshotTimeNs = new ClosedRange(0, 199 * (Int128)Ms) }));
        Assert.Equal("0+100,100+50 0+40", Kept(new AccessFilter { SnapshotIndex = new ClosedRange(1, 3) }));
        Assert.Equal("0+40", Kept(new AccessFilter { SnapshotSize = new ClosedRange(0, 149) }));

        // The size is what the other filters left.
        Assert.Equal("100+50 100+50", Kept(new AccessFilter { SnapshotSize = new ClosedRange(50, 50), RegionSize = new ClosedRange(50, 50) }));
    }

    static string Kept(AccessFilter filter)
    {
        List<string> kept = [];
        AccessReading reading = new(filter, Intervals);
        foreach (Snapshot snapshot in s_snapshots)
        {
            reading.Add(
                snapshot,
                RecordSeries.Unknown,
                s => kept.Add(s.Regions.Count == 0 ? "-" : string.Join(',', s.Regions.Select(r => $"{r.Region.Start}+{r.Region.Size}"))));
        }

        return string.Join(' ', kept);
    }
}
