using Damo.Workloads;
using Damon.Monitoring;
using Damon.Tests.Shared;

namespace Damo.Tests.Workloads;

public class SampleJudgeTests
{
    const ulong MiB = LogFixture.MiB;
    const int Pid = 42;

    static readonly SamplingWindow s_window = new(100, 110, 200, 210);

    [Theory]
    [InlineData(true, true, 1, 0, 0, 0)]
    [InlineData(true, false, 0, 0, 0, 1)]
    [InlineData(false, true, 0, 1, 0, 0)]
    [InlineData(false, false, 0, 0, 1, 0)]
    public void A_sample_is_counted_by_truth_and_answer(bool swept, bool accessed, int tp, int fp, int tn, int fn)
    {
        using LogFixture fixture = new();
        if (swept)
        {
            fixture.Sweep(0, 120, 130);
        }

        SampleJudge judge = new(fixture.Log, Pid);
        judge.AfterCheck(Context(Sample(MiB, accessed)), s_window);
        Assert.Equal((tp, fp, tn, fn), (judge.TruePositives, judge.FalsePositives, judge.TrueNegatives, judge.FalseNegatives));
        Assert.Equal(0, judge.Uncounted);
    }

    [Fact]
    public void Where_the_log_is_unsure_nothing_is_counted()
    {
        using LogFixture fixture = new();
        fixture.Sweep(0, 195, 220);
        SampleJudge judge = new(fixture.Log, Pid);
        judge.AfterCheck(Context(Sample(MiB, true), Sample(MiB + 4096, false)), s_window);
        Assert.Equal((0, 0, 2), (judge.TruePositives + judge.FalsePositives, judge.TrueNegatives + judge.FalseNegatives, judge.Uncounted));
        Assert.Equal(0.5, judge.LoggedRateNow(0));
        Assert.True(double.IsNaN(judge.Precision));
    }

    [Fact]
    public void Only_samples_in_regions_of_the_workload_are_counted()
    {
        using LogFixture fixture = new(nrRegions: 2);
        fixture.Sweep(1, 120, 130);
        SampleJudge judge = new(fixture.Log, Pid);
        MonitoringContext context = Context(
            Sample(0, true), // below
            Sample(MiB, true),
            Sample((2 * MiB) - 4096, false), // last page of region 0
            Sample(2 * MiB, true), // first page of region 1
            Sample((3 * MiB) - 4096, true),
            Sample(3 * MiB, true)); // behind
        judge.AfterCheck(context, s_window);
        Assert.Equal((2, 1, 1, 0), (judge.TruePositives, judge.FalsePositives, judge.TrueNegatives, judge.FalseNegatives));
        Assert.Equal((0.5, 1), (judge.MeasuredRate(0), judge.MeasuredRate(1)));
        Assert.Equal((0, 1), (judge.LoggedRateNow(0), judge.LoggedRateNow(1)));
    }

    [Fact]
    public void Other_targets_are_not_judged()
    {
        using LogFixture fixture = new();
        SampleJudge judge = new(fixture.Log, Pid + 1);
        judge.AfterCheck(Context(Sample(MiB, true)), s_window);
        Assert.Equal(0, judge.FalsePositives + judge.Uncounted);
    }

    [Fact]
    public void Answers_held_over_are_not_counted()
    {
        using LogFixture fixture = new();
        SampleJudge judge = new(fixture.Log, Pid);
        MonitoringContext context = Context(Sample(MiB, true) with { AnswerIsHeld = true });
        judge.AfterSampling(context);
        judge.AfterCheck(context, s_window);
        Assert.Equal((0, 1), (judge.FalsePositives, judge.Uncounted));

        // Its own answer has come, but for a window that began nobody knows when.
        context.Targets[0].Regions[0].AnswerIsHeld = false;
        judge.AfterCheck(context, s_window);
        Assert.Equal((0, 2), (judge.FalsePositives, judge.Uncounted));

        judge.AfterSampling(context);
        judge.AfterCheck(context, s_window);
        Assert.Equal((1, 2), (judge.FalsePositives, judge.Uncounted));
    }

    [Fact]
    public void An_answer_held_over_counts_for_its_own_window_where_that_is_known()
    {
        using LogFixture fixture = new();
        fixture.Sweep(0, 60, 70);
        SampleJudge judge = new(fixture.Log, Pid) { HeldWindow = () => (40, 50) };
        MonitoringContext context = Context(Sample(MiB, true) with { AnswerIsHeld = true }, Sample(MiB + 4096, false));
        judge.AfterSampling(context);
        context.Targets[0].Regions[0].AnswerIsHeld = false;
        judge.AfterCheck(context, s_window);
        Assert.Equal((1, 1, 0), (judge.TruePositives, judge.TrueNegatives, judge.Uncounted));
    }

    [Fact]
    public void A_region_newer_than_the_sample_is_not_counted()
    {
        using LogFixture fixture = new(nrRegions: 2);
        SampleJudge judge = new(fixture.Log, Pid);
        judge.AfterCheck(Context(Sample(MiB, true) with { SamplingAddress = 0 }, Sample(2 * MiB, true)), s_window);
        Assert.Equal((1, 0), (judge.FalsePositives, judge.Uncounted));
    }

    [Fact]
    public void Rates_follow_the_period_and_the_mean_window()
    {
        using LogFixture fixture = new(periodNs: 180);
        SampleJudge judge = new(fixture.Log, Pid);
        judge.AfterCheck(Context(Sample(MiB, true)), s_window);
        Assert.Equal(90, judge.MeanWindowNs);
        Assert.Equal(0.5, judge.ExpectedRate(0));
    }

    [Theory]
    [InlineData(2, 2, 1, 0, 0, 0)]
    [InlineData(1, 1, 1, 0, 0, 0)] // half is hot
    [InlineData(0, 2, 0, 0, 1, 0)]
    [InlineData(2, 0, 0, 1, 0, 0)]
    [InlineData(0, 0, 0, 0, 0, 1)]
    public void A_region_is_hot_when_half_of_the_windows_are(int found, int swept, int tp, int fp, int fn, int tn)
    {
        using LogFixture fixture = new(nrRegions: 2);
        SampleJudge judge = new(fixture.Log, Pid);
        for (int i = 0; i < 2; i++)
        {
            if (i < swept)
            {
                fixture.Sweep(0, 120 + (1000 * i), 130 + (1000 * i));
            }

            judge.AfterCheck(Context(Sample(MiB, i < found)), new(100 + (1000 * i), 110 + (1000 * i), 200 + (1000 * i), 210 + (1000 * i)));
        }

        Assert.Equal(swept / 2.0, judge.LoggedRateNow(0));
        judge.AfterAggregation(Context());
        judge.StartInterval();
        judge.AfterAggregation(Context()); // an interval without samples counts for nothing
        Assert.Equal((tp, fp, fn, tn), (judge.HotTruePositives, judge.HotFalsePositives, judge.HotFalseNegatives, judge.HotTrueNegatives));
        Assert.Equal(0, judge.LoggedRateNow(0));
    }

    [Fact]
    public void Judging_allocates_nothing()
    {
        using LogFixture fixture = new(nrRegions: 4);
        SampleJudge judge = new(fixture.Log, Pid) { HeldWindow = () => (40, 50) };
        MonitoringContext context = Context([.. Enumerable.Range(0, 1000).Select(i => Sample(MiB + ((ulong)i * 4096), i % 2 == 0))]);
        Judge(2);
        Assert.Equal(0, Allocation.Of(() => Judge(100)));

        void Judge(int times)
        {
            for (int i = 0; i < times; i++)
            {
                judge.AfterSampling(context);
                judge.AfterCheck(context, in s_window);
                judge.AfterAggregation(context);
                judge.StartInterval();
            }
        }
    }

    static Region Sample(ulong address, bool accessed) => new(address, address + 4096) { SamplingAddress = address, Accessed = accessed };

    static MonitoringContext Context(params Region[] regions)
    {
        MonitoringContext context = new(new NoOperations());
        Target target = new(Pid);
        foreach (Region region in regions)
        {
            target.Regions.Add(region);
        }

        context.AddTarget(target);
        return context;
    }

    sealed class NoOperations : IOperations
    {
        public void PrepareAccessChecks(MonitoringContext context)
        {
        }

        public void CheckAccesses(MonitoringContext context)
        {
        }
    }
}
