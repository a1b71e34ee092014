using System.Diagnostics;
using Damon.Linux.Engine;

namespace Damon.Linux.Tests.Engine;

public sealed class LinuxClockTests
{
    const long MillisecondNs = 1_000_000;

    [Theory]
    [InlineData(0)]
    [InlineData(MillisecondNs / 10)]
    [InlineData(20 * MillisecondNs)]
    public void A_sleep_does_not_return_before_its_deadline(long length)
    {
        using LinuxClock clock = new();
        for (int i = 0; i < 10; i++)
        {
            long deadline = clock.NowNs + length;
            clock.SleepUntil(deadline);
            Assert.True(clock.NowNs >= deadline);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue / 2)]
    public void A_deadline_that_is_gone_returns_at_once(long offset)
    {
        using LinuxClock clock = new();
        clock.SleepUntil(clock.NowNs + offset);
    }

    [Fact]
    public async Task Another_thread_ends_a_sleep()
    {
        using LinuxClock clock = new();
        Task sleep = Task.Factory.StartNew(
            () => clock.SleepUntil(long.MaxValue),
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(sleep.IsCompleted);
        clock.Wake();
        await sleep.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_wake_before_the_sleep_ends_the_next_one_only_however_often_it_came()
    {
        using LinuxClock clock = new();
        clock.Wake();
        clock.Wake();
        clock.SleepUntil(long.MaxValue); // Would not return.
        long deadline = clock.NowNs + (20 * MillisecondNs);
        clock.SleepUntil(deadline);
        Assert.True(clock.NowNs >= deadline);
    }

    [Fact]
    public void Its_time_is_that_of_the_stopwatch_and_its_thread_time_grows_with_work_only()
    {
        using LinuxClock clock = new();
        long before = Stopwatch.GetTimestamp();
        long now = clock.NowNs;
        Assert.InRange(now, before, Stopwatch.GetTimestamp());

        long start = clock.ThreadCpuNs;
        while (clock.ThreadCpuNs < start + MillisecondNs)
        {
        }

        long worked = clock.ThreadCpuNs;
        clock.SleepUntil(clock.NowNs + (200 * MillisecondNs));
        Assert.InRange(clock.ThreadCpuNs - worked, 0, 150 * MillisecondNs);
    }
}
