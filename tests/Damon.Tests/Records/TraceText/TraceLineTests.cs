using System.Globalization;
using System.Text;
using Damon.Monitoring;
using Damon.Records.Streams;
using Damon.Records.TraceText;

namespace Damon.Tests.Records.TraceText;

public sealed class TraceLineTests
{
    const string Fields = "target_id=7 nr_regions=2 4096-8192: 5 52";
    const string Scheme = "ctx_idx=3 scheme_idx=4 target_idx=7 nr_regions=2 4096-8192: 5 52";

    /// <summary>What a line says, in one line.</summary>
    static string Parse(string text)
    {
        TraceLineKind kind = TraceLine.Parse(Encoding.ASCII.GetBytes(text), out TraceLine line);
        string time = line.TryTime(out long ns) ? ns.ToString(CultureInfo.InvariantCulture) : "never";
        return kind switch
        {
            TraceLineKind.Region => string.Create(
                CultureInfo.InvariantCulture,
                $"{time} {line.ContextIndex}/{line.SchemeIndex} {line.TargetId} of {line.NrRegions}: {line.Start}-{line.End}: {line.NrAccesses} {line.Age}"),
            TraceLineKind.Tune => string.Create(CultureInfo.InvariantCulture, $"{time} {line.SampleUs}"),
            _ => kind.ToString(),
        };
    }

    [Theory]
    [InlineData("")]
    [InlineData("=")]
    [InlineData("# cpus")]
    [InlineData("# cpus (all")]
    [InlineData("cpus=8")]
    [InlineData(Fields)]
    [InlineData("1.0: " + Fields)]
    [InlineData("1.0: other: " + Fields)]
    [InlineData("1.0: damon_aggregated " + Fields)]
    [InlineData("1.0: damon_aggregated; " + Fields)]
    [InlineData("1.0:damon_aggregated: " + Fields)]
    [InlineData("1.0: damos_before_apply: " + Fields)]
    [InlineData("1.0: damon_monitor_intervals_tune: " + Fields)]
    [InlineData("1.0: damon_aggregated: " + Scheme)]
    [InlineData("1.0: damos_before_apply: scheme_idx=4 target_idx=7 nr_regions=2 4096-8192: 5 52")]
    [InlineData("1.0: damon_aggregated: sample_us=5")]
    [InlineData("1.0damon_aggregated(" + Fields + ")")]
    [InlineData("1.0 other(" + Fields + ")")]
    [InlineData("1.0 x/7 damon:other(target_id: 7, nr_regions: 2)")]
    [InlineData("1.0damon:damon_aggregated(target_id: 7, nr_regions: 2)")]
    [InlineData("1.0damos_before_apply(target_idx: 7, nr_regions: 2)")]
    public void Lines_that_are_no_event_of_regions_are_foreign(string line) => Assert.Equal("Foreign", Parse(line));

    [Theory]
    [InlineData("damon_aggregated: " + Fields)]
    [InlineData("   damon_aggregated: " + Fields)]
    [InlineData("1.0 damon_aggregated: " + Fields)]
    [InlineData("x1.0: damon_aggregated: " + Fields)]
    [InlineData("kdamond.0 /1.0: damon_aggregated: " + Fields)]
    [InlineData("kdamond.0 :1.0: damon_aggregated: " + Fields)]
    [InlineData(": damon_aggregated: " + Fields)]
    [InlineData("kdamond.0 : damon_aggregated: " + Fields)]
    [InlineData("1.0 damos_before_apply: " + Scheme)]
    [InlineData("1.0 damon_monitor_intervals_tune: sample_us=5")]
    [InlineData("damon_aggregated(" + Fields + ")")]
    [InlineData("  damon_aggregated(" + Fields + ")")]
    [InlineData("damon_aggregated(target_id: 7, nr_regions: 2)")]
    public void Events_without_a_time_are_recognised_as_timeless(string line) => Assert.Equal("Timeless", Parse(line));

    [Theory]
    [InlineData("9: damon_aggregated: " + Fields)]
    [InlineData("kdamond.0-1 [000] .....     3578: damon_aggregated: " + Fields)]
    [InlineData("kdamond.0-1 [000]     3578: damos_before_apply: " + Scheme)]
    public void Whole_numbers_are_no_seconds(string line) => Assert.Equal("Uncounted", Parse(line));

    [Theory]
    [InlineData("1.0: damon_aggregated: " + Fields, "1000000000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData("1.0:  damon:damon_aggregated:    " + Fields, "1000000000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData("1.0: damon_aggregated:" + Fields, "1000000000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData("k-1 [000]123456789: damon_aggregated: " + Fields, "123456789 / 7 of 2: 4096-8192: 5 52")]
    [InlineData("k-1 0..... 26757us+: damon_aggregated: " + Fields, "26757000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData("k-1 0..... 26757us : damon_aggregated: " + Fields, "26757000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData("k 1 [000] 1.0:          1 damon:damon_aggregated: " + Fields, "1000000000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData("k-1 [000] 1.0: (+571)   damon_aggregated:     " + Fields, "1000000000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData("1.0: damon_aggregated: target_id=7 nr_regions=2 start=4096 end=8192 nr_accesses=5 age=52", "1000000000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData(
        "1.0: damos_before_apply: ctx_idx=0x3 (3) scheme_idx=0x4 (4) target_idx=0x7 (7) nr_regions=0x2 (2) start=0x1000 (4096) end=0x2000 (8192) "
            + "nr_accesses=0x5 (5) age=0x34 (52)",
        "1000000000 3/4 7 of 2: 4096-8192: 5 52")]
    [InlineData("\t1.0:\tdamon_aggregated:\ttarget_id=7\tnr_regions=2\t4096-8192:\t5\t52", "1000000000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData(" x y 0.25: damon_region_aggregated: " + Fields, "250000000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData("1.x: damon_aggregated: " + Fields, "never / 7 of 2: 4096-8192: 5 52")]
    [InlineData("1.0: damon_aggregated: " + Fields + " \t\r", "1000000000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData("1.5 damon:damon_aggregated(" + Fields + ")", "1500000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData("   1.5 x/7 damon_aggregated(" + Fields + ") \t\r", "1500000 / 7 of 2: 4096-8192: 5 52")]
    [InlineData("x 1.5 x/7 damon_aggregated(" + Fields + ")", "never / 7 of 2: 4096-8192: 5 52")]
    [InlineData("1.0: damos_before_apply: " + Scheme, "1000000000 3/4 7 of 2: 4096-8192: 5 52")]
    [InlineData("1.5 x/7 damon:damos_before_apply(" + Scheme + ")", "1500000 3/4 7 of 2: 4096-8192: 5 52")]
    [InlineData(
        "1.0: damos_before_apply: ctx_idx=2147483647 scheme_idx=2147483647 target_idx=7 nr_regions=2 1-2: 0",
        "1000000000 2147483647/2147483647 7 of 2: 1-2: 0 -1")]
    [InlineData("1.0: damon_monitor_intervals_tune: sample_us=5000", "1000000000 5000")]
    [InlineData("1.0: damon:damon_monitor_intervals_tune: sample_us=5000 \r", "1000000000 5000")]
    [InlineData("1.5 x/7 damon:damon_monitor_intervals_tune(sample_us=5000)", "1500000 5000")]
    [InlineData("1.5 x/7 damon:damon_monitor_intervals_tune(sample_us: 5000)", "1500000 5000")]
    public void Every_layout_of_an_event_is_parsed(string line, string says) => Assert.Equal(says, Parse(line));

    [Theory]
    [InlineData(
        "target_id=18446744073709551615 nr_regions=18446744073709551615 0-18446744073709551615: 18446744073709551615 2147483647",
        "18446744073709551615 of 18446744073709551615: 0-18446744073709551615: 9223372036854775807 2147483647")]
    [InlineData("target_id=0 nr_regions=1 1-2: 0 2147483648", "0 of 1: 1-2: 0 2147483647")]
    [InlineData("target_id=0 nr_regions=1 1-2: 0 4294967295", "0 of 1: 1-2: 0 2147483647")]
    [InlineData("target_id=0 nr_regions=0 2-1: 0", "0 of 0: 2-1: 0 -1")]
    [InlineData("target_id=0 nr_regions=1 1-2: -1", "0 of 1: 1-2: -1 -1")]
    [InlineData("target_id=0 nr_regions=1 1-2: -1 -1", "0 of 1: 1-2: -1 -1")]
    [InlineData("target_id=0 nr_regions=1 1-2: 3 x", "0 of 1: 1-2: 3 -1")]
    [InlineData("target_id=0 nr_regions=1 1-2: 3 None", "0 of 1: 1-2: 3 -1")]
    [InlineData("target_id=0 nr_regions=1 1-2: 3 4 probe_hits=5", "0 of 1: 1-2: 3 4")]
    [InlineData("target_id=0 nr_regions=1 1-2: 3 probe_hits=5", "0 of 1: 1-2: 3 -1")]
    [InlineData("target_id=0 nr_regions=1 1-2: 3 4 ffffffffb1c4a1d0 damon_merge+0x1", "0 of 1: 1-2: 3 4")]
    [InlineData("target_id=0 nr_regions=1 1-2: 3 ffffffffb1c4a1d0 damon_merge+0x1", "0 of 1: 1-2: 3 -1")]
    [InlineData("target_id=0 nr_regions=1 1-2: 3 4 kdamond.0 1 [000] 1.0: damon:damon_aggregated: target_id=0", "Broken")]
    [InlineData("target_id=0 nr_regions=1 start=1 end=2 nr_accesses=3", "0 of 1: 1-2: 3 -1")]
    [InlineData("target_id=0 nr_regions=1 start=1 end=0x nr_accesses=3", "Broken")]
    [InlineData("target_id=0 nr_regions=1 start=1 nr_accesses=3", "Broken")]
    [InlineData("target_id=0 start=1 end=2 nr_accesses=3", "Broken")]
    [InlineData("target_id=0 nr_regions=1 1-2: 3 4294967296", "Broken")]
    [InlineData("target_id=0 nr_regions=1 1-2: 3 4x", "Broken")]
    [InlineData("target_id=0 nr_regions=1 1-2: 3x", "Broken")]
    [InlineData("target_id=0 nr_regions=1 1-2: 3 -2", "Broken")]
    [InlineData("target_id=0 nr_regions=1 1-2: x", "Broken")]
    [InlineData("target_id=0 nr_regions=1 1-2: ", "Broken")]
    [InlineData("target_id=0 nr_regions=1 1-2:3", "Broken")]
    [InlineData("target_id=0 nr_regions=1 1-2", "Broken")]
    [InlineData("target_id=0 nr_regions=1 1-: 3", "Broken")]
    [InlineData("target_id=0 nr_regions=1 1 2: 3", "Broken")]
    [InlineData("target_id=0 nr_regions=1 -2: 3", "Broken")]
    [InlineData("target_id=0 nr_regions=1", "Broken")]
    [InlineData("target_id=0 nr_regions= 1-2: 3", "Broken")]
    [InlineData("target_id=0 1-2: 3", "Broken")]
    [InlineData("target_id=x nr_regions=1 1-2: 3", "Broken")]
    public void The_fields_of_a_region_are_parsed_or_broken(string fields, string says) =>
        Assert.Equal(says == "Broken" ? says : "1000000000 / " + says, Parse("1.0: damon_aggregated: " + fields));

    [Theory]
    [InlineData("1-2: 3 4 probe_hits=5", "1-2: 3 4")]
    [InlineData("1-2: 3 4 whatever", "1-2: 3 4")]
    [InlineData("1-2: 3 4", "1-2: 3 4")]
    [InlineData("1-2: 3", "1-2: 3 -1")]
    [InlineData("1-2: 3 probe_hits=5", "1-2: 3 -1")]
    [InlineData("1-2: 3 x probe_hits=5", "1-2: 3 -1")]
    [InlineData("1-2: 3 whatever", null)]
    [InlineData("1-2: 3 4294967296 probe_hits=5", null)]
    public void Newer_events_may_have_more_after_the_age(string region, string? says) => Assert.Equal(
        says is null ? "Broken" : "1000000000 / 7 of 1: " + says,
        Parse("1.0: damon_region_aggregated: target_id=7 nr_regions=1 " + region));

    [Theory]
    [InlineData("ctx_idx=2147483648 scheme_idx=4 target_idx=7 nr_regions=2 1-2: 5")]
    [InlineData("ctx_idx=3 scheme_idx=2147483648 target_idx=7 nr_regions=2 1-2: 5")]
    [InlineData("ctx_idx=x scheme_idx=4 target_idx=7 nr_regions=2 1-2: 5")]
    [InlineData("ctx_idx=3 scheme_idx=x target_idx=7 nr_regions=2 1-2: 5")]
    [InlineData("ctx_idx=3 scheme_idx=4 target_idx=x nr_regions=2 1-2: 5")]
    [InlineData("ctx_idx=3 target_idx=7 nr_regions=2 1-2: 5")]
    [InlineData("ctx_idx=3 scheme_idx=4 nr_regions=2 1-2: 5")]
    [InlineData("ctx_idx=3 scheme_idx=4 target_idx=7 1-2: 5")]
    [InlineData(Scheme + " 1")]
    [InlineData(Scheme + ")")]
    public void A_broken_event_of_a_scheme_is_recognised(string fields) => Assert.Equal("Broken", Parse("1.0: damos_before_apply: " + fields));

    [Theory]
    [InlineData("1.0: damon_monitor_intervals_tune: sample_us=x")]
    [InlineData("1.0: damon_monitor_intervals_tune: sample_us=5 6")]
    [InlineData("1.0: damon_monitor_intervals_tune: sample_us=5)")]
    [InlineData("1.0 x/7 damon_monitor_intervals_tune(sample_us=5")]
    [InlineData("1.0 x/7 damon_monitor_intervals_tune(sample_us=5 ")]
    [InlineData("1.0 x/7 damon_aggregated(" + Fields)]
    [InlineData("1.0 x/7 damon_aggregated(" + Fields + "))")]
    [InlineData("1.0 x/7 damos_before_apply(" + Scheme)]
    public void An_event_ends_where_its_bracket_does(string line) => Assert.Equal("Broken", Parse(line));

    [Theory]
    [InlineData("damon_aggregated(target_id: 7, nr_regions: 2, start: 4096, end: 8192, nr_accesses: 5, age: 52)", "/ 7 of 2: 4096-8192: 5 52")]
    [InlineData("damon:damon_region_aggregated(target_id: 7, nr_regions: 2, start: 4096, end: 8192, nr_accesses: 5, age: 52) \r", "/ 7 of 2: 4096-8192: 5 52")]
    [InlineData("damon_aggregated(nr_regions: 2)", "/ 0 of 2: 0-0: 0 0")]
    [InlineData("damon_aggregated(end: 1, nr_regions: 2, age: 3, comm: x, more: , : 5)", "/ 0 of 2: 0-1: 0 3")]
    [InlineData("damon_aggregated()", "/ 0 of 0: 0-0: 0 0")]
    [InlineData("damos_before_apply(context_idx: 3, scheme_idx: 4, target_idx: 7, nr_regions: 2, end: 1)", "3/4 7 of 2: 0-1: 0 0")]
    [InlineData("damos_before_apply(ctx_idx: 3, nr_regions: 2)", "3/0 0 of 2: 0-0: 0 0")]
    [InlineData("damos_before_apply(nr_regions: 2)", "0/0 0 of 2: 0-0: 0 0")]
    [InlineData("damos_before_apply(ctx_idx: 2147483648, scheme_idx: 2147483648, nr_accesses: 9223372036854775808, age: 2147483648)", null)]
    [InlineData(
        "damos_before_apply(ctx_idx: 2147483647, scheme_idx: 2147483647, nr_accesses: 9223372036854775808, age: 2147483648)",
        "2147483647/2147483647 0 of 0: 0-0: 9223372036854775807 2147483647")]
    [InlineData("damon_aggregated(target_id: 7, nr_regions: 2", null)]
    [InlineData("damon_aggregated(target_id: 7, nr_regions: 2) x", null)]
    [InlineData("damon_aggregated(, target_id: 7, nr_regions: 2)", null)]
    [InlineData("damon_aggregated(target_id: 7, , nr_regions: 2)", null)]
    [InlineData("damon_aggregated(target_id: 7, nr_regions)", null)]
    [InlineData("damon_aggregated(target_id: x, nr_regions: 2)", null)]
    [InlineData("damon_aggregated(target_id: 7x, nr_regions: 2)", null)]
    [InlineData("damon_aggregated(target_id: 7, nr_regions: )", null)]
    [InlineData("damon_aggregated(nr_regions: 2, start: x)", null)]
    [InlineData("damon_aggregated(nr_regions: 2, end: x)", null)]
    [InlineData("damon_aggregated(nr_regions: 2, nr_accesses: x)", null)]
    [InlineData("damon_aggregated(nr_regions: 2, age: x)", null)]
    [InlineData("damos_before_apply(nr_regions: 2, ctx_idx: x)", null)]
    [InlineData("damos_before_apply(nr_regions: 2, scheme_idx: x)", null)]
    public void Events_with_named_fields_are_read(string line, string? says) =>
        Assert.Equal(says is null ? "Broken" : "1500000 " + says, Parse("  1.5 x/7 " + line));

    [Theory]
    [InlineData("kdamond.0 12.5: damon:damon_aggregated: target_id=7 nr_regions=2 4096-8192: 5", "12.5", "4096-8192: 5")]
    [InlineData("12.5: damos_before_apply: " + Scheme, "12.5", "4096-8192: 5 52")]
    public void The_time_and_the_region_of_a_line_are_found(string text, string time, string region)
    {
        Assert.Equal(TraceLineKind.Region, TraceLine.Parse(Encoding.ASCII.GetBytes(text), out TraceLine line));
        Assert.Equal((time, region), (text[line.TimeStart..line.TimeEnd], text[line.RegionStart..]));
    }

    [Theory]
    [InlineData("target_id=7 nr_regions=1 0-0: -1 -1", true)]
    [InlineData("target_id=7 nr_regions=1 0-0: -1", true)]
    [InlineData("target_id=7 nr_regions=2 0-0: -1 -1", false)]
    [InlineData("target_id=7 nr_regions=1 1-0: -1 -1", false)]
    [InlineData("target_id=7 nr_regions=1 0-1: -1 -1", false)]
    [InlineData("target_id=7 nr_regions=1 0-0: 0 -1", false)]
    [InlineData("target_id=7 nr_regions=1 0-0: -1 0", false)]
    public void The_made_up_line_after_a_single_snapshot_is_recognised(string fields, bool isFake)
    {
        TraceLine.Parse(Encoding.ASCII.GetBytes("1.0: damon_aggregated: " + fields), out TraceLine line);
        Assert.Equal(isFake, line.IsFake);
    }

    [Fact]
    public void Lines_are_of_the_same_series_by_target_context_and_scheme()
    {
        TraceLine.Parse(Encoding.ASCII.GetBytes("1.0: damos_before_apply: " + Scheme), out TraceLine line);
        List<bool> same = [];
        foreach ((ulong target, int? context, int? scheme) in (ReadOnlySpan<(ulong, int?, int?)>)[(7, 3, 4), (8, 3, 4), (7, 2, 4), (7, 3, 5), (7, null, null)])
        {
            same.Add(new TraceSeries(new TraceThread([]), new RecordSeries { ContextIndex = context, SchemeIndex = scheme }, new TargetKey(target)).IsOf(line));
        }

        Assert.Equal([true, false, false, false, false], same);
    }

    [Theory]
    [InlineData("damon_aggregated")]
    [InlineData("damon_region_aggregated")]
    [InlineData("damos_before_apply")]
    [InlineData("damon_monitor_intervals_tune")]
    public void Names_of_events_are_found_with_what_follows_them(string name)
    {
        foreach ((string text, bool has) in (ReadOnlySpan<(string, bool)>)
            [
                (name
                    + ":", true), (name
                        + "(", true), ("x "
                            + name
                            + ": y", true), (name, false), (name
                                + " ", false), (name + ";", false), (name[..^1] + ":", false), ("", false), ("x" + name + ":", false),
                ($"{name} {name}; {name}x {name}: y", true), ($"{name} {name}; {name}", false),
            ])
        {
            Assert.Equal(has, TraceLine.HasEvent(Encoding.ASCII.GetBytes(text)));
        }
    }
}
