using CsCheck;
using Damon.Monitoring;
using Damon.Schemes;
using static Damon.Tests.Schemes.SchemeBench;

namespace Damon.Tests.Schemes;

public class SchemeEngineTests
{
    readonly SchemeBench _bench = new();

    [Theory]
    [InlineData(4, 0, 0, false)]
    [InlineData(5, 0, 0, true)]
    [InlineData(10, 3, 7, true)]
    [InlineData(11, 0, 0, false)]
    [InlineData(8, 4, 0, false)]
    [InlineData(8, 0, 8, false)]
    public void A_pattern_is_made_of_closed_ranges(ulong pages, uint nrAccesses, uint age, bool matches)
    {
        _bench.AddTarget(1, (0, pages, nrAccesses, age));
        Scheme scheme = _bench.Add(new Scheme
        {
            Action = SchemeAction.Cold,
            Pattern = new AccessPattern
            {
                MinSize = 5 * Page.Size,
                MaxSize = 10 * Page.Size,
                MaxNrAccesses = PatternBound.OfCount(3),
                MaxAge = PatternBound.OfCount(7),
            },
        });
        _bench.Pass();
        Assert.Equal(matches ? 1ul : 0, scheme.Statistics.NrTried);
        Assert.Equal(matches ? pages * Page.Size : 0, scheme.Statistics.SizeTried);
        Assert.Equal(scheme.Statistics.SizeTried, scheme.Statistics.SizeApplied);
    }

    [Fact]
    public void Bounds_follow_the_intervals()
    {
        PatternBound percent = PatternBound.OfPercent(80);
        PatternBound time = PatternBound.OfMicroseconds(60e6);
        MonitoringAttributes seed = new();
        Assert.Equal(16ul, percent.ToNrAccesses(seed));
        Assert.Equal(600ul, time.ToAge(seed));
        MonitoringAttributes slow = new() { SampleUs = 10_000, AggregationUs = 1_000_000 };
        Assert.Equal(80ul, percent.ToNrAccesses(slow));
        Assert.Equal(60ul, time.ToAge(slow));
        Assert.Equal(ulong.MaxValue, PatternBound.Max.ToAge(seed));
        MonitoringAttributes least = new() { SampleUs = 1, AggregationUs = 1 };
        Assert.Equal((1ul, 60_000_000ul), (PatternBound.OfPercent(100).ToNrAccesses(least), time.ToAge(least)));
    }

    [Fact]
    public void An_engine_knows_its_schemes_and_their_order()
    {
        Scheme first = _bench.Add(new Scheme());
        Scheme second = _bench.Add(new Scheme());
        Assert.True(_bench.Engine.Has([first, second]));
        Assert.False(_bench.Engine.Has([second, first]));
        Assert.False(_bench.Engine.Has([new Scheme(), second]));
        Assert.False(_bench.Engine.Has([first]));
        Assert.False(_bench.Engine.Has([first, second, first]));
        Assert.Throws<ArgumentNullException>(() => _bench.Engine.Add(null!));
    }

    [Fact]
    public void Without_filters_no_region_counts_as_allowed_by_one()
    {
        _bench.AddTarget(1, (0, 4, 0, 0));
        _bench.Add(new Scheme { Action = SchemeAction.PageOut });
        _bench.Pass();
        Assert.False(Assert.Single(_bench.Operations.Applied).IsAllowed);
    }

    [Fact]
    public void Counting_costs_no_time_of_a_quota()
    {
        _bench.AddTarget(1, (0, 4, 0, 0));
        Scheme scheme = _bench.Add(new Scheme { Action = SchemeAction.Stat, Quota = new SchemeQuota { TimeMs = 10, ResetIntervalMs = 100 } });
        for (int i = 0; i < 3; i++)
        {
            _bench.Pass();
            Assert.Equal(10 * 1024 * Page.Size, scheme.EffectiveQuota);
        }
    }

    [Fact]
    public void A_quota_for_more_than_all_takes_the_last_in_rank_too()
    {
        // The first matches and is the very last; the second is the largest and does not match.
        _bench.AddTarget(1, (0, 4, 0, uint.MaxValue), (4, 400, 3, 0), (400, 404, 20, 0));
        _bench.Operations.Priority = SchemePriority.Hot;
        Scheme scheme = _bench.Add(new Scheme
        {
            Action = SchemeAction.MigrateHot,
            Pattern = new AccessPattern { MaxSize = 8 * Page.Size },
            Quota = new SchemeQuota { SizeBytes = 100 * Page.Size, ResetIntervalMs = 100, NrAccessesWeight = 3, AgeWeight = 1 },
        });
        Assert.Equal(0, new RegionScore(_bench.Context.Attributes, scheme.Quota, SchemePriority.Hot).Of(in _bench.Context.Targets[0].Regions[0]));
        _bench.Pass();
        Assert.Equal([Pages(0, 4), Pages(400, 404)], _bench.AppliedRanges);
    }

    [Fact]
    public void The_smallest_quotas_still_limit()
    {
        _bench.AddTarget(1, (0, 4000, 0, 0));
        Scheme byByte = _bench.Add(new Scheme { Action = SchemeAction.PageOut, Quota = new SchemeQuota { SizeBytes = 1, ResetIntervalMs = 1000 } });
        Scheme byTime = _bench.Add(new Scheme { Action = SchemeAction.Cold, Quota = new SchemeQuota { TimeMs = 1, ResetIntervalMs = 1000 } });
        _bench.Pass();
        Assert.Equal(0ul, byByte.Statistics.NrTried);
        Assert.Equal(1024 * Page.Size, byTime.Statistics.SizeApplied);
    }

    [Fact]
    public void A_window_that_was_not_used_up_leaves_nothing_to_go_on_with()
    {
        _bench.AddTarget(1, (0, 4, 0, 0), (4, 8, 0, 0));
        _bench.Add(new Scheme { Action = SchemeAction.PageOut, Quota = new SchemeQuota { SizeBytes = 100 * Page.Size, ResetIntervalMs = 100 } });
        for (int i = 0; i < 3; i++)
        {
            _bench.Pass();
            Assert.Equal([Pages(0, 4), Pages(4, 8)], _bench.AppliedRanges);
        }
    }

    [Fact]
    public void Ranks_are_those_of_the_pass_alone()
    {
        Target target = _bench.AddTarget(1, (0, 4, 20, 0), (4, 8, 10, 0));
        _bench.Operations.Priority = SchemePriority.Hot;
        _bench.Add(new Scheme
        {
            Action = SchemeAction.MigrateHot,
            Quota = new SchemeQuota { SizeBytes = 4 * Page.Size, ResetIntervalMs = 100, NrAccessesWeight = 1 },
        });
        _bench.Pass();
        Assert.Equal([Pages(0, 4)], _bench.AppliedRanges);
        target.Regions[0].NrAccesses = 0;
        target.Regions[0].NrAccessesBp = 0;
        _bench.Pass();
        Assert.Equal([Pages(4, 8)], _bench.AppliedRanges);
    }

    [Fact]
    public void Patterns_upside_down_are_refused()
    {
        Assert.Throws<ArgumentException>(() => _bench.Add(new Scheme { Pattern = new AccessPattern { MinSize = 2, MaxSize = 1 } }));
        Assert.Throws<ArgumentException>(() =>
            _bench.Add(new Scheme { Pattern = new AccessPattern { MinAge = PatternBound.OfCount(2), MaxAge = PatternBound.OfCount(1) } }));
        Assert.Throws<ArgumentException>(() =>
            _bench.Add(new Scheme { Pattern = new AccessPattern { MinNrAccesses = PatternBound.OfPercent(2), MaxNrAccesses = PatternBound.Min } }));
        Assert.Throws<ArgumentException>(() =>
            _bench.Add(new Scheme { Watermarks = new Watermarks { Metric = WatermarkMetric.FreeMemoryRate, Low = 5, Mid = 3, High = 7 } }));
    }

    [Theory]
    [InlineData(0, 5, false)]
    [InlineData(5, 5, false)]
    [InlineData(6, 5, true)]
    [InlineData(1, 0, true)]
    [InlineData(5, -1, false)] // without a limit
    [InlineData(-1, 5, true)]
    [InlineData(-1, -1, false)]
    public void The_least_may_be_the_greatest_and_no_more(int least, int greatest, bool isRefused)
    {
        static PatternBound Bound(int count) => count < 0 ? PatternBound.Max : PatternBound.OfCount(count);
        static ulong Size(int size) => size < 0 ? ulong.MaxValue : (ulong)size;
        AccessPattern[] patterns =
        [
            new() { MinSize = Size(least), MaxSize = Size(greatest) },
            new() { MinNrAccesses = Bound(least), MaxNrAccesses = Bound(greatest) },
            new() { MinAge = Bound(least), MaxAge = Bound(greatest) },
        ];
        Assert.All(patterns, pattern => Assert.Equal(isRefused, pattern.Check() is not null));
    }

    [Theory]
    [InlineData(6, 5, false)] // nobody knows how many samples that is
    [InlineData(6, 0, true)]
    [InlineData(0, 0, false)]
    public void Bounds_of_different_units_are_compared_only_with_nothing(double leastPercent, double greatestCount, bool isRefused) =>
        Assert.Equal(
            isRefused,
            new AccessPattern
            {
                MinNrAccesses = PatternBound.OfPercent(leastPercent),
                MaxNrAccesses = PatternBound.OfCount(greatestCount),
            }.Check() is not null);

    [Theory]
    [InlineData(WatermarkMetric.FreeMemoryRate, 7, 5, 3, false)]
    [InlineData(WatermarkMetric.FreeMemoryRate, 5, 5, 5, false)]
    [InlineData(WatermarkMetric.FreeMemoryRate, 5, 6, 5, true)]
    [InlineData(WatermarkMetric.FreeMemoryRate, 7, 4, 5, true)]
    [InlineData(WatermarkMetric.None, 1, 2, 3, false)] // they are not looked at
    public void Watermarks_descend(WatermarkMetric metric, ulong high, ulong mid, ulong low, bool isRefused) =>
        Assert.Equal(isRefused, new Scheme { Watermarks = new Watermarks { Metric = metric, High = high, Mid = mid, Low = low } }.Check() is not null);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_goal_of_nothing_is_refused(ulong target, bool isRefused)
    {
        QuotaGoal goal = new() { Metric = QuotaGoalMetric.UserInput, TargetValue = target };
        Assert.Equal(isRefused, new Scheme { Quota = new SchemeQuota { Goals = [goal] } }.Check() is not null);
    }

    [Fact]
    public void An_action_restarts_the_age_and_counting_does_not()
    {
        Target target = _bench.AddTarget(1, (0, 4, 0, 9));
        _bench.Add(new Scheme { Action = SchemeAction.Stat });
        _bench.Pass();
        Assert.Equal(9u, target.Regions[0].Age);
        _bench.Add(new Scheme { Action = SchemeAction.Cold, Pattern = new AccessPattern { MinAge = PatternBound.OfCount(9) } });
        Scheme later = _bench.Add(new Scheme { Action = SchemeAction.PageOut, Pattern = new AccessPattern { MinAge = PatternBound.OfCount(1) } });
        _bench.Pass();
        Assert.Equal(0u, target.Regions[0].Age);
        Assert.Equal(0ul, later.Statistics.NrTried);
    }

    [Fact]
    public void A_failed_action_counts_as_tried_and_not_applied()
    {
        _bench.AddTarget(1, (0, 4, 0, 9));
        _bench.Operations.Outcome = region => new SchemeOutcome(Page.Size, 2 * Page.Size);
        Scheme scheme = _bench.Add(new Scheme { Action = SchemeAction.PageOut });
        _bench.Pass();
        Assert.Equal(
            (1ul, 4 * Page.Size, 1ul, Page.Size, 2 * Page.Size),
            (scheme.Statistics.NrTried, scheme.Statistics.SizeTried, scheme.Statistics.NrApplied, scheme.Statistics.SizeApplied,
                scheme.Statistics.SizeOpsFilterPassed));
        _bench.Operations.Outcome = region => default;
        _bench.Pass();
        Assert.Equal((2ul, 1ul), (scheme.Statistics.NrTried, scheme.Statistics.NrApplied));
    }

    [Fact]
    public void A_size_quota_is_kept_to_the_page_and_the_next_window_goes_on_after_it()
    {
        _bench.AddTarget(1, (0, 4, 0, 0), (4, 10, 0, 0));
        _bench.AddTarget(2, (0, 10, 0, 0));
        Scheme scheme = _bench.Add(new Scheme { Action = SchemeAction.PageOut, Quota = new SchemeQuota { SizeBytes = 7 * Page.Size, ResetIntervalMs = 1000 } });
        _bench.Pass();
        Assert.Equal([Pages(0, 4), Pages(4, 7)], _bench.AppliedRanges);
        _bench.Pass();
        Assert.Empty(_bench.AppliedRanges);
        _bench.Pass(1000);
        Assert.Equal([Pages(7, 10), Pages(0, 4)], _bench.AppliedRanges);
        Assert.Equal(1ul, scheme.Statistics.QuotaExceeds);
        _bench.Pass(1000);
        Assert.Equal([Pages(4, 10)], _bench.AppliedRanges);
        _bench.Pass(1000);
        Assert.Equal([Pages(0, 4), Pages(4, 7)], _bench.AppliedRanges);
        Assert.Equal(2ul, scheme.Statistics.QuotaExceeds);
    }

    [Fact]
    public void A_rest_of_a_quota_below_a_page_ends_the_window()
    {
        Target target = _bench.AddTarget(1, (0, 1, 0, 5), (1, 2, 0, 5), (2, 3, 0, 5));
        Scheme scheme = _bench.Add(new Scheme { Action = SchemeAction.PageOut, Quota = new SchemeQuota { SizeBytes = Page.Size + 1, ResetIntervalMs = 1000 } });
        Notes notes = new();
        _bench.Engine.Observers.Add(notes);
        _bench.Pass();
        Assert.Equal([Pages(0, 1)], _bench.AppliedRanges);
        Assert.Equal(
            (1UL, Page.Size, 1UL, Page.Size),
            (scheme.Statistics.NrTried, scheme.Statistics.SizeTried, scheme.Statistics.NrApplied, scheme.Statistics.SizeApplied));
        Assert.Equal(Page.Size, scheme.ChargedBytes);
        Assert.Equal(["0 1 0-1 5", "end 0"], notes.Lines);
        Assert.Equal([0U, 5U, 5U], target.Regions.AsSpan().ToArray().Select(region => region.Age));

        _bench.Pass();
        Assert.Empty(_bench.AppliedRanges);
        _bench.Pass(1000);
        Assert.Equal([Pages(1, 2)], _bench.AppliedRanges);
        Assert.Equal(1UL, scheme.Statistics.QuotaExceeds);
    }

    [Theory]
    [InlineData(8193, 0, 0, false)] // a size
    [InlineData(0, 0, 0, true)] // what a goal makes of it, a tenth more each time
    [InlineData(0, 3, 0, false)] // bytes per millisecond times a time
    [InlineData(20_000, 0, 3, false)] // bytes that failed, charged by a third
    public void No_quota_is_tried_on_more_than_it_has_and_all_memory_has_its_turn(ulong bytes, ulong ms, uint failDenominator, bool isTuned)
    {
        Target target = _bench.AddTarget(1, (0, 7, 0, 9), (7, 8, 0, 9), (8, 13, 0, 9), (13, 16, 0, 9));
        Scheme scheme = _bench.Add(new Scheme
        {
            Action = SchemeAction.PageOut,
            Quota = new SchemeQuota
            {
                SizeBytes = bytes,
                TimeMs = ms,
                ResetIntervalMs = 100,
                FailChargeNumerator = 1,
                FailChargeDenominator = failDenominator,
                Goals = isTuned ? [new QuotaGoal { Metric = QuotaGoalMetric.UserInput, TargetValue = 100, CurrentValue = 90 }] : [],
            },
        });
        _bench.Operations.Outcome = region =>
        {
            _bench.Take((long)region.Size * 291);
            return new SchemeOutcome(failDenominator > 0 ? region.Size / 2 & ~(Page.Size - 1) : region.Size, region.Size);
        };
        HashSet<ulong> reached = [];
        for (int window = 0; window < 110; window++)
        {
            ulong before = scheme.Statistics.NrTried;
            _bench.Pass();
            Assert.True(scheme.ChargedBytes <= scheme.EffectiveQuota, $"{scheme.ChargedBytes} of {scheme.EffectiveQuota}");
            Assert.Equal((ulong)_bench.Operations.Applied.Count, scheme.Statistics.NrTried - before);
            reached.UnionWith(
                _bench.AppliedRanges.SelectMany(range =>
                    Enumerable.Range((int)(range.Start / Page.Size), (int)(range.Size / Page.Size)).Select(page => (ulong)page)));
            target.Regions.Clear();
            target.Regions.Add(new Region(0, 16 * Page.Size));
        }

        Assert.Equal(16, reached.Count);
        Assert.True(scheme.Statistics.QuotaExceeds > 0);
    }

    [Fact]
    public void A_window_goes_on_inside_a_region_that_was_merged_meanwhile()
    {
        Target target = _bench.AddTarget(1, (0, 10, 0, 0));
        _bench.Add(new Scheme { Action = SchemeAction.PageOut, Quota = new SchemeQuota { SizeBytes = 4 * Page.Size, ResetIntervalMs = 100 } });
        _bench.Pass();
        Assert.Equal([Pages(0, 4)], _bench.AppliedRanges);
        target.Regions.Clear();
        target.Regions.Add(new Region(0, 10 * Page.Size));
        _bench.Pass();
        Assert.Equal([Pages(4, 8)], _bench.AppliedRanges);
    }

    [Theory]
    [InlineData(10, 2, 4)]
    [InlineData(2, 0, 0)]
    public void A_window_that_ended_inside_a_page_goes_on_after_that_page(ulong end, ulong from, ulong to)
    {
        Target target = _bench.AddTarget(1, (0, 2, 0, 0));
        Scheme scheme = _bench.Add(new Scheme { Action = SchemeAction.PageOut, Quota = new SchemeQuota { SizeBytes = 2 * Page.Size, ResetIntervalMs = 100 } });
        _bench.Pass();
        Assert.Equal((2 * Page.Size, target), (scheme.State.ResumeAddress, scheme.State.ResumeTarget));
        scheme.State.ResumeAddress = Page.Size + 1;
        target.Regions.Clear();
        target.Regions.Add(new Region(Page.Size, end * Page.Size));
        _bench.Pass();
        Assert.Equal(from < to ? [Pages(from, to)] : [], _bench.AppliedRanges);
    }

    [Fact]
    public void A_target_that_left_is_not_waited_for()
    {
        Target gone = _bench.AddTarget(1, (0, 10, 0, 0));
        _bench.AddTarget(2, (0, 10, 0, 0));
        _bench.Add(new Scheme { Action = SchemeAction.PageOut, Quota = new SchemeQuota { SizeBytes = 4 * Page.Size, ResetIntervalMs = 100 } });
        _bench.Pass();
        _bench.Context.RemoveTarget(gone);
        _bench.Pass();
        Assert.Equal([Pages(0, 4)], _bench.AppliedRanges);
    }

    [Fact]
    public void A_time_quota_follows_the_throughput()
    {
        _bench.AddTarget(1, (0, 100_000, 0, 0));
        Scheme scheme = _bench.Add(new Scheme { Action = SchemeAction.PageOut, Quota = new SchemeQuota { TimeMs = 10, ResetIntervalMs = 100 } });
        _bench.Pass();

        // 4 MiB per ms as long as nothing is known.
        Assert.Equal(10 * 1024 * Page.Size, scheme.EffectiveQuota);
        Assert.Equal(scheme.EffectiveQuota, scheme.ChargedBytes);
        Assert.Equal([Pages(0, 10240)], _bench.AppliedRanges);
    }

    [Fact]
    public void Failed_bytes_are_charged_at_their_rate()
    {
        _bench.AddTarget(1, (0, 100, 0, 0));
        _bench.Operations.Outcome = region => default;
        Scheme scheme = _bench.Add(new Scheme
        {
            Action = SchemeAction.PageOut,
            Quota = new SchemeQuota { SizeBytes = 1000 * Page.Size, FailChargeNumerator = 1, FailChargeDenominator = 4 },
        });
        _bench.Pass();
        Assert.Equal(25 * Page.Size, scheme.ChargedBytes);
    }

    [Fact]
    public void A_quota_takes_the_coldest_first()
    {
        _bench.AddTarget(1, (0, 4, 18, 0), (4, 8, 0, 2), (8, 12, 0, 200), (12, 16, 3, 0));
        _bench.Operations.Priority = SchemePriority.Cold;
        _bench.Add(new Scheme
        {
            Action = SchemeAction.PageOut,
            Quota = new SchemeQuota { SizeBytes = 4 * Page.Size, ResetIntervalMs = 100, NrAccessesWeight = 1, AgeWeight = 1 },
        });
        _bench.Pass();
        Assert.Equal([Pages(8, 12)], _bench.AppliedRanges);
    }

    [Fact]
    public void A_quota_takes_the_hottest_first()
    {
        _bench.AddTarget(1, (0, 4, 10, 0), (4, 8, 0, 2), (8, 12, 20, 200), (12, 16, 20, 0));
        _bench.Operations.Priority = SchemePriority.Hot;
        _bench.Add(new Scheme
        {
            Action = SchemeAction.MigrateHot,
            Quota = new SchemeQuota { SizeBytes = 4 * Page.Size, ResetIntervalMs = 100, NrAccessesWeight = 1, AgeWeight = 1 },
        });
        _bench.Pass();
        Assert.Equal([Pages(8, 12)], _bench.AppliedRanges);
    }

    [Fact]
    public void A_quota_for_two_takes_the_two_hottest_each_time()
    {
        _bench.AddTarget(1, (0, 4, 10, 0), (4, 8, 20, 0), (8, 12, 0, 2), (12, 16, 20, 200));
        _bench.Operations.Priority = SchemePriority.Hot;
        _bench.Add(new Scheme
        {
            Action = SchemeAction.MigrateHot,
            Quota = new SchemeQuota { SizeBytes = 8 * Page.Size, ResetIntervalMs = 100, NrAccessesWeight = 1, AgeWeight = 1 },
        });
        _bench.Pass();
        Assert.Equal([Pages(4, 8), Pages(12, 16)], _bench.AppliedRanges);

        // The round ends behind the last region; the next one is scored anew.
        _bench.Pass();
        Assert.Empty(_bench.AppliedRanges);
        _bench.Pass();
        Assert.Equal([Pages(4, 8), Pages(12, 16)], _bench.AppliedRanges);
    }

    [Fact]
    public void A_quota_one_byte_above_two_regions_lets_a_third_compete()
    {
        _bench.AddTarget(1, (0, 4, 10, 0), (4, 8, 20, 0), (8, 12, 0, 2), (12, 16, 20, 200));
        _bench.Operations.Priority = SchemePriority.Hot;
        _bench.Add(new Scheme
        {
            Action = SchemeAction.MigrateHot,
            Quota = new SchemeQuota { SizeBytes = (8 * Page.Size) + 1, ResetIntervalMs = 100, NrAccessesWeight = 1, AgeWeight = 1 },
        });
        _bench.Pass();
        Assert.Equal([Pages(0, 4), Pages(4, 8)], _bench.AppliedRanges);
    }

    [Theory]
    [InlineData(15_000, "3 6 10 13")]
    [InlineData(19_999, "3 6 10 13")]
    [InlineData(10_000, "2 4 6 9 11 13")]
    [InlineData(5_000, "1 2 3 4 5 6 7 8 9 10 11 12 13 14")]
    [InlineData(1, "1 2 3 4 5 6 7 8 9 10 11 12 13 14")]
    public void An_interval_of_its_own_counts_from_its_first_sample_and_from_a_change_of_the_intervals(ulong us, string due)
    {
        _bench.AddTarget(1, (0, 4, 0, 0));
        Scheme scheme = _bench.Add(new Scheme { ApplyIntervalUs = us });
        List<int> seen = [];
        for (int sample = 1; sample <= 14; sample++)
        {
            ulong before = scheme.Statistics.NrSnapshots;
            _bench.Pass(5, isAggregated: false);
            if (scheme.Statistics.NrSnapshots > before)
            {
                seen.Add(sample);
            }

            if (sample == 7)
            {
                _bench.Engine.Reschedule(_bench.Context, (ulong)sample);
            }
        }

        Assert.Equal(due, string.Join(' ', seen));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_scheme_stops_after_its_greatest_number_of_passes(ulong most)
    {
        _bench.AddTarget(1, (0, 4, 0, 0));
        Scheme scheme = _bench.Add(new Scheme { MaxNrSnapshots = most });
        for (int i = 0; i < 4; i++)
        {
            _bench.Pass();
        }

        Assert.Equal((most, most), (scheme.Statistics.NrSnapshots, scheme.Statistics.NrTried));
    }

    [Fact]
    public void The_time_of_passes_and_actions_adds_up()
    {
        _bench.AddTarget(1, (0, 4, 0, 0), (4, 8, 0, 0));
        Scheme scheme = _bench.Add(new Scheme { Action = SchemeAction.PageOut });
        _bench.Operations.Outcome = region =>
        {
            _bench.Take(500);
            return new SchemeOutcome(region.Size, region.Size);
        };
        _bench.Pass();
        _bench.Pass();
        Assert.Equal((2000, 2000), (scheme.Statistics.ActionNs, _bench.Engine.PassNs));
    }

    [Theory]
    [InlineData(20u, 0u, SchemePriority.Hot, 74)]
    [InlineData(20u, 655_360u, SchemePriority.Hot, 87)]
    [InlineData(0u, 0u, SchemePriority.Hot, 24)]
    [InlineData(0u, 0u, SchemePriority.Cold, 75)]
    [InlineData(0u, uint.MaxValue, SchemePriority.Cold, 98)]
    [InlineData(7u, 3u, SchemePriority.None, 99)]
    public void Scores_are_the_kernels(uint nrAccesses, uint age, SchemePriority priority, int expected)
    {
        Region region = new(0, Page.Size) { NrAccessesBp = nrAccesses * 10_000UL, Age = age };
        SchemeQuota quota = new() { NrAccessesWeight = 1, AgeWeight = 1 };
        Assert.Equal(expected, new RegionScore(new MonitoringAttributes(), quota, priority).Of(in region));
        Assert.Equal(
            priority switch { SchemePriority.Hot => 0, _ => 99 },
            new RegionScore(new MonitoringAttributes(), new SchemeQuota(), priority).Of(in region));
    }

    [Fact]
    public void A_sampling_interval_as_long_as_the_aggregation_has_one_access_at_most()
    {
        Region always = new(0, Page.Size) { NrAccessesBp = 10_000 };
        MonitoringAttributes attributes = new() { SampleUs = 100_000, AggregationUs = 100_000 };
        Assert.Equal(99, new RegionScore(attributes, new SchemeQuota { NrAccessesWeight = 1 }, SchemePriority.Hot).Of(in always));
    }

    [Fact]
    public void An_idle_time_beyond_64_bits_is_the_coldest()
    {
        Region idle = new(0, Page.Size) { Age = 1u << 31 };
        MonitoringAttributes attributes = new() { SampleUs = 1UL << 33, AggregationUs = 1UL << 33 };
        Assert.Equal(99, new RegionScore(attributes, new SchemeQuota { AgeWeight = 1 }, SchemePriority.Cold).Of(in idle));
    }

    [Fact]
    public void A_pass_of_its_own_interval_uses_the_moving_count()
    {
        Target target = _bench.AddTarget(1, (0, 4, 0, 0));
        target.Regions[0].NrAccessesBp = 50_000;
        Scheme scheme = _bench.Add(new Scheme { ApplyIntervalUs = 10_000, Pattern = new AccessPattern { MinNrAccesses = PatternBound.OfCount(5) } });
        for (int i = 0; i < 10; i++)
        {
            _bench.Pass(5, isAggregated: false);
        }

        Assert.Equal(5ul, scheme.Statistics.NrTried);
        Assert.Equal(5ul, scheme.Statistics.NrSnapshots);
    }

    [Fact]
    public void Without_an_interval_a_pass_comes_with_each_aggregation()
    {
        _bench.AddTarget(1, (0, 4, 0, 0));
        Scheme scheme = _bench.Add(new Scheme());
        _bench.Pass(5, isAggregated: false);
        Assert.Equal(0ul, scheme.Statistics.NrTried);
        _bench.Pass();
        Assert.Equal(1ul, scheme.Statistics.NrTried);
    }

    [Fact]
    public void A_scheme_stops_after_its_last_snapshot()
    {
        _bench.AddTarget(1, (0, 4, 0, 0));
        Scheme scheme = _bench.Add(new Scheme { MaxNrSnapshots = 3 });
        for (int i = 0; i < 10; i++)
        {
            _bench.Pass();
        }

        Assert.Equal(3ul, scheme.Statistics.NrSnapshots);
        Assert.Equal(3ul, scheme.Statistics.NrTried);
    }

    [Fact]
    public void Observers_hear_of_every_region_tried()
    {
        _bench.AddTarget(7, (0, 4, 0, 3), (4, 8, 9, 5));
        _bench.Add(new Scheme { Pattern = new AccessPattern { MinNrAccesses = PatternBound.OfCount(1) } });
        _bench.Add(new Scheme { Action = SchemeAction.Cold });
        Notes notes = new();
        _bench.Engine.Observers.Add(notes);
        _bench.Pass();
        Assert.Equal(["0 7 4-8 5", "end 0", "1 7 0-4 3", "1 7 4-8 5", "end 1"], notes.Lines);
    }

    [Fact]
    public void Counting_at_once_counts_what_trying_one_by_one_does() =>
        Gen.Select(Gen.UInt[0, 20], Gen.UInt[0, 10], Gen.ULong[1, 9]).Array[0, 40].Sample(regions =>
        {
            SchemeStatistics Statistics(bool isWatched)
            {
                SchemeBench bench = new();
                ulong start = 0;
                bench.AddTarget(1, [.. regions.Select(r => (start, start += r.Item3, r.Item1, r.Item2))]);
                bench.Operations.Outcome = static region => new SchemeOutcome(0, region.Size);
                if (isWatched)
                {
                    bench.Engine.Observers.Add(new Notes());
                }

                Scheme scheme = bench.Add(new Scheme
                {
                    Pattern = new AccessPattern { MinSize = 3 * Page.Size, MaxNrAccesses = PatternBound.OfCount(10), MinAge = PatternBound.OfCount(2) },
                });
                bench.Pass();
                return scheme.Statistics;
            }

            Assert.Equal(Statistics(isWatched: true).ToSnapshot(0), Statistics(isWatched: false).ToSnapshot(0));
        });

    [Fact]
    public void The_rest_of_a_cut_region_keeps_the_score_of_the_whole()
    {
        (ulong, ulong, uint, uint)[] regions = [(0, 10, 0, 100), (10, 14, 20, 0), (14, 18, 0, 100), (18, 30, 20, 0)];
        Target target = _bench.AddTarget(1, regions);
        _bench.Operations.Priority = SchemePriority.Cold;
        _bench.Add(new Scheme
        {
            Action = SchemeAction.PageOut,
            Quota = new SchemeQuota { SizeBytes = 8 * Page.Size, ResetIntervalMs = 100, NrAccessesWeight = 1, AgeWeight = 1 },
        });
        _bench.Pass();
        Assert.Equal([Pages(0, 8)], _bench.AppliedRanges);

        // Merged again, the first is cut where the window goes on; the hot ones behind stay where they are ranked.
        target.Regions.Clear();
        foreach ((ulong start, ulong end, uint nrAccesses, uint age) in regions)
        {
            target.Regions.Add(new Region(start * Page.Size, end * Page.Size) { NrAccesses = nrAccesses, NrAccessesBp = nrAccesses * 10_000UL, Age = age });
        }

        _bench.Pass();
        Assert.Equal([Pages(8, 10), Pages(14, 18)], _bench.AppliedRanges);
    }

    [Fact]
    public void Memory_that_a_filter_by_address_or_target_rejects_takes_no_part_of_a_quota()
    {
        // The coldest, which would fill the quota by itself, is rejected; in between lies the cut of a region by the filter.
        _bench.AddTarget(1, (0, 4, 0, 100_000), (4, 12, 0, 100), (12, 16, 20, 0));
        _bench.AddTarget(2, (0, 100, 0, 100_000));
        _bench.Operations.Priority = SchemePriority.Cold;
        Scheme scheme = _bench.Add(new Scheme
        {
            Action = SchemeAction.PageOut,
            Quota = new SchemeQuota { SizeBytes = 4 * Page.Size, ResetIntervalMs = 100, NrAccessesWeight = 1, AgeWeight = 1 },
            Filters = [
                new SchemeFilter { Kind = SchemeFilterKind.Target, TargetIndex = 1 },
                new SchemeFilter { Kind = SchemeFilterKind.Address, Range = Pages(6, 16), Allow = true },
            ],
        });
        _bench.Pass();
        Assert.Equal([Pages(6, 10)], _bench.AppliedRanges);
        Assert.Equal((1UL, 4 * Page.Size), (scheme.Statistics.NrTried, scheme.Statistics.SizeTried));
    }

    sealed class Notes : ISchemeObserver
    {
        public List<string> Lines { get; } = [];

        public void OnTried(MonitoringContext context, int schemeIndex, Target target, in Region region, SchemeOutcome outcome) =>
            Lines.Add($"{schemeIndex} {target.Id} {region.Start / Page.Size}-{region.End / Page.Size} {region.Age}");

        public void OnPassEnd(MonitoringContext context, int schemeIndex, long nowNs) => Lines.Add($"end {schemeIndex}");
    }
}
