using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

public sealed class SnapshotTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(int.MinValue)]
    public void A_target_that_is_not_there_is_an_error(int index)
    {
        Snapshot snapshot = new();
        snapshot.Reset(5);
        Assert.Equal("index", Assert.Throws<ArgumentOutOfRangeException>(() => snapshot[0].Id).ParamName);
        snapshot.AddTarget(7);
        Assert.Equal(7, snapshot[0].Id);
        Assert.Equal("index", Assert.Throws<ArgumentOutOfRangeException>(() => snapshot[index].Id).ParamName);

        // What one time had, the next does not.
        snapshot.Reset(6);
        Assert.Throws<ArgumentOutOfRangeException>(() => snapshot[0].Id);
    }

    [Fact]
    public void Filtered_bytes_are_kept_for_every_region_once_one_has_any()
    {
        Snapshot snapshot = new();
        snapshot.Reset(1);
        snapshot.AddTarget(7);
        snapshot.AddRegion(new SnapshotRegion(0, 10, 0, 0));
        snapshot.SetFilterPassed(0);
        Assert.True(snapshot.FilterPassed.IsEmpty);
        snapshot.AddRegion(new SnapshotRegion(10, 20, 0, 0));
        snapshot.SetFilterPassed(5);
        snapshot.AddRegion(new SnapshotRegion(20, 30, 0, 0));
        Assert.Equal([0UL, 5UL, 0UL], snapshot.FilterPassed.ToArray());
        snapshot.SetFilterPassed(6);
        for (ulong i = 3; i < 100; i++)
        {
            snapshot.AddRegion(new SnapshotRegion(i * 10, (i + 1) * 10, 0, 0));
            snapshot.SetFilterPassed(i);
        }

        Assert.Equal([0UL, 5UL, 6UL, .. Enumerable.Range(3, 97).Select(i => (ulong)i)], snapshot.FilterPassed.ToArray());

        // Nothing of it is left in the next one.
        snapshot.Reset(2);
        Assert.True(snapshot.FilterPassed.IsEmpty);
        snapshot.AddTarget(7);
        for (ulong i = 0; i < 4; i++)
        {
            snapshot.AddRegion(new SnapshotRegion(i * 10, (i + 1) * 10, 0, 0));
        }

        snapshot.SetFilterPassed(9);
        Assert.Equal([0UL, 0UL, 0UL, 9UL], snapshot.FilterPassed.ToArray());
        snapshot.SetFilterPassed(0);
        Assert.Equal([0UL, 0UL, 0UL, 0UL], snapshot.FilterPassed.ToArray());
    }

    [Fact]
    public void Filtered_bytes_of_the_first_region_do_not_carry_over_to_the_next()
    {
        Snapshot snapshot = new();
        snapshot.AddTarget(7);
        snapshot.AddRegion(new SnapshotRegion(0, 10, 0, 0));
        snapshot.SetFilterPassed(5);
        snapshot.AddRegion(new SnapshotRegion(10, 20, 0, 0));
        Assert.Equal([5UL, 0UL], snapshot.FilterPassed.ToArray());
    }

    [Fact]
    public void A_reset_leaves_only_the_time()
    {
        Snapshot snapshot = new() { TimeNs = 5, StartNs = 3, SampleUs = 100, SchemeStatistics = new SnapshotSchemeStatistics() };
        snapshot.AddTarget(7);
        snapshot.AddRegion(new SnapshotRegion(0, 10, 0, 0));
        snapshot.Reset(6);
        Assert.Equal((6L, null, null, null), (snapshot.TimeNs, snapshot.StartNs, snapshot.SampleUs, snapshot.SchemeStatistics));
        Assert.Equal((0, 0), (snapshot.NrTargets, snapshot.NrRegions));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_copy_of_a_copy_is_the_same_and_can_be_filled(int count)
    {
        Snapshot snapshot = new() { TimeNs = 5 };
        for (int i = 0; i < count; i++)
        {
            snapshot.AddTarget(i);
            snapshot.AddRegion(new SnapshotRegion(0, 10, 3, i));
        }

        Snapshot copy = snapshot.Clone().Clone();
        Assert.Equal((5L, count, count), (copy.TimeNs, copy.NrTargets, copy.NrRegions));
        copy.AddTarget(9);
        copy.AddRegion(new SnapshotRegion(0, 10, 3, count));
        for (int i = 0; i <= count; i++)
        {
            Assert.Equal(i < count ? i : 9, copy[i].Id);
            Assert.Equal([new SnapshotRegion(0, 10, 3, i)], copy[i].Regions.ToArray());
        }
    }
}
