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
}
