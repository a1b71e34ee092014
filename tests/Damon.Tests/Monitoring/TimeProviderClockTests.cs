using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

public sealed class TimeProviderClockTests
{
    const long Ms = 1_000_000;
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public async Task A_sleep_lasts_until_its_end(int ms)
    {
        using TimeProviderClock clock = new(TimeProvider.System);
        long deadline = 0;
        long end = 0;
        await Task.Run(
            () =>
            {
                deadline = clock.NowNs + (ms * Ms);
                clock.SleepUntil(deadline);
                end = clock.NowNs;
            },
            TestContext.Current.CancellationToken).WaitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.True(end >= deadline, $"The sleep ended {deadline - end} ns too early.");
    }

    [Fact]
    public async Task A_wake_outside_a_sleep_ends_the_next_one()
    {
        using TimeProviderClock clock = new(TimeProvider.System);
        clock.Wake();
        long deadline = clock.NowNs + (3_600_000 * Ms);
        await Task.Run(() => clock.SleepUntil(deadline), TestContext.Current.CancellationToken).WaitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.True(clock.NowNs < deadline);
    }

    [Fact]
    public void A_time_provider_clock_knows_no_CPU_time()
    {
        using TimeProviderClock clock = new(TimeProvider.System);
        Assert.Equal(0, clock.ThreadCpuNs);
    }
}
