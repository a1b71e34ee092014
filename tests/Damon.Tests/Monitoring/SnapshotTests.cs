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
    public void What_passed_the_filters_is_kept_for_each_region_once_one_has_any()
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
}
