using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

public sealed class MonitoringAttributesTests
{
    static readonly MonitoringAttributes s_old = new() { SampleUs = 10, AggregationUs = 1000 };

    [Theory]
    [InlineData(5000, 100_000, 10, 1000, null)]
    [InlineData(5000, 100_000, 3, 3, null)]
    [InlineData(0, 100_000, 10, 1000, null)]
    [InlineData(5000, 5000, 10, 1000, null)]
    [InlineData(5000, 100_000, 1, 1000, "minimum")]
    [InlineData(5000, 100_000, 2, 1000, "minimum")]
    [InlineData(5000, 100_000, 10, 9, "maximum")]
    [InlineData(5000, 4999, 10, 1000, "sampling")]
    public void Values_out_of_range_are_refused(ulong sample, ulong aggregation, int min, int max, string? about)
    {
        MonitoringAttributes attributes = new() { SampleUs = sample, AggregationUs = aggregation, MinNrRegions = min, MaxNrRegions = max };
        MonitoringContext context = new(new NoOperations());
        MonitoringAttributes before = context.Attributes;
        if (about is null)
        {
            context.Attributes = attributes;
            Assert.Same(attributes, context.Attributes);
        }
        else
        {
            ArgumentException fault = Assert.Throws<ArgumentException>(() => context.Attributes = attributes);
            Assert.Contains(about, fault.Message, StringComparison.Ordinal);
            Assert.Same(before, context.Attributes);
        }
    }

    [Fact]
    public void Defaults_are_those_of_the_first_damon()
    {
        MonitoringAttributes attributes = new();
        Assert.Equal(
            (5_000UL, 100_000UL, 1_000_000UL, 10, 1000),
            (attributes.SampleUs, attributes.AggregationUs, attributes.UpdateUs, attributes.MinNrRegions, attributes.MaxNrRegions));
        Assert.Equal((20U, 200UL), (attributes.MaxNrAccesses, attributes.SamplesPerUpdate));
    }

    [Theory]
    [InlineData(10, 10UL << 32, 123, 0)] // no overflow
    [InlineData(5000, 100_000, 10, 5000)]
    [InlineData(5000, 100_000, 20, 10_000)]
    [InlineData(0, 100, 50, 5000)] // an interval of 0 counts as 1
    [InlineData(0, 0, 50, 0)]
    public void A_count_is_a_share_of_the_largest_in_basis_points(ulong sample, ulong aggregation, uint count, uint bp) =>
        Assert.Equal(bp, new MonitoringAttributes { SampleUs = sample, AggregationUs = aggregation }.NrAccessesToBp(count));

    [Fact]
    public void Results_are_converted_to_the_new_scale()
    {
        Region region = new(3, 7) { NrAccesses = 15, Age = 20 };
        s_old.ConvertResult(ref region, new() { SampleUs = 100, AggregationUs = 10_000 });
        Assert.Equal((15U, 2U), (region.NrAccesses, region.Age));
        s_old.ConvertResult(ref region, new() { SampleUs = 1, AggregationUs = 1000 });
        Assert.Equal((150U, 2U), (region.NrAccesses, region.Age));
        s_old.ConvertResult(ref region, new() { SampleUs = 1, AggregationUs = 100 });
        Assert.Equal((150U, 20U), (region.NrAccesses, region.Age));
        Assert.Equal(1_500_000UL, region.NrAccessesBp);
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(0, 0)]
    public void Intervals_of_zero_convert_nothing(ulong sample, ulong aggregation)
    {
        Region region = new(3, 7) { NrAccesses = 15, NrAccessesBp = 1, Age = 20 };
        s_old.ConvertResult(ref region, new() { SampleUs = sample, AggregationUs = aggregation });
        Assert.Equal((15U, 20U), (region.NrAccesses, region.Age));
        Assert.Equal(1UL, region.NrAccessesBp);
    }

    [Fact]
    public void Attributes_of_a_context_convert_what_its_regions_hold()
    {
        MonitoringContext context = new(new NoOperations()) { Attributes = new() { SampleUs = 10, AggregationUs = 1000 } };
        Target target = new(1);
        context.AddTarget(target);
        target.Regions.Add(new Region(0, 4096) { NrAccesses = 15, Age = 20 });
        target.Regions.Add(new Region(4096, 8192) { NrAccesses = 30, Age = 2 });
        context.Attributes = new() { SampleUs = 1, AggregationUs = 1000 };
        Assert.Equal([(150U, 20U), (300U, 2U)], target.Regions.AsSpan().ToArray().Select(region => (region.NrAccesses, region.Age)));
    }

    [Theory]
    [InlineData(1, 100, 15, 150_000)] // the same number of samples
    [InlineData(1, 1000, 150, 1_500_000)]
    [InlineData(0, 100, 15, 77)]
    [InlineData(0, 0, 15, 77)]
    public void An_interval_under_way_starts_over(ulong sample, ulong aggregation, uint last, ulong bp)
    {
        MonitoringAttributes one = new() { SampleUs = 1, AggregationUs = 100 };
        MonitoringAttributes next = new() { SampleUs = sample, AggregationUs = aggregation };
        Region region = new(3, 7) { NrAccesses = 9, LastNrAccesses = 15, NrAccessesBp = 77, Age = 20 };
        one.RestartResult(ref region, next);
        Assert.Equal((0U, last, bp), (region.NrAccesses, region.LastNrAccesses, region.NrAccessesBp));
        Assert.Equal(aggregation == 1000 ? 2U : 20U, region.Age);

        Region back = new(3, 7) { NrAccesses = 9, LastNrAccesses = 15, NrAccessesBp = 77, Age = 20 };
        next.RestartResult(ref back, one);
        Assert.Equal(0U, back.NrAccesses);
        Assert.Equal(
            sample == 0 ? (15U, 77UL, 20U) : aggregation == 1000 ? (1U, 10_000UL, 200U) : (15U, 150_000UL, 20U),
            (back.LastNrAccesses, back.NrAccessesBp, back.Age));
    }

    [Fact]
    public void Intervals_of_one_are_converted_like_others()
    {
        Region region = new(3, 7) { NrAccesses = 1, Age = 20 };
        new MonitoringAttributes { SampleUs = 1, AggregationUs = 1 }.ConvertResult(ref region, new() { SampleUs = 1, AggregationUs = 10 });
        Assert.Equal((10U, 100_000UL, 2U), (region.NrAccesses, region.NrAccessesBp, region.Age));
        new MonitoringAttributes { SampleUs = 1, AggregationUs = 10 }.ConvertResult(ref region, new() { SampleUs = 1, AggregationUs = 1 });
        Assert.Equal((1U, 10_000UL, 20U), (region.NrAccesses, region.NrAccessesBp, region.Age));
    }

    [Fact]
    public void Conversion_stops_at_the_largest_value()
    {
        Region region = new(3, 7) { NrAccesses = 100, Age = uint.MaxValue };
        s_old.ConvertResult(ref region, new() { SampleUs = 1, AggregationUs = 1 });
        Assert.Equal((1U, uint.MaxValue), (region.NrAccesses, region.Age));
    }
}
