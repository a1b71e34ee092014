using Damon.Schemes;

namespace Damon.Tests.Schemes;

public class FeedbackLoopTests
{
    [Fact]
    public void The_feedback_loop_passes_the_kernels_own_cases()
    {
        Assert.True(FeedbackLoop.Next(900_000, 200) > 900_000);
        Assert.True(FeedbackLoop.Next(900_000, 250_000_000) < 900_000);
        Assert.True(FeedbackLoop.Next(900_000, 200) > FeedbackLoop.Next(900_000, 2000));
    }

    [Theory]
    [InlineData(50_000, 10_000, 50_000)]
    [InlineData(50_000, 20_000, 10_000)]
    [InlineData(50_000, 15_000, 25_000)]
    [InlineData(50_000, 0, 100_000)]
    [InlineData(10_000, 10_001, 10_000)]
    [InlineData(ulong.MaxValue, 0, ulong.MaxValue)]
    [InlineData(ulong.MaxValue / 2, 5_000, 13_835_058_055_282_160_807)]
    public void The_feedback_loop_gives_the_kernels_next_value(ulong last, ulong score, ulong expected) =>
        Assert.Equal(expected, FeedbackLoop.Next(last, score));
}
