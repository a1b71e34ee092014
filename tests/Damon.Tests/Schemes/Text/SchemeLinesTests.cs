using CsCheck;
using Damon.Monitoring;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Tests.Schemes.Text;

public sealed class SchemeLinesTests
{
    static readonly MonitoringAttributes s_attributes = new();

    static IReadOnlyList<Scheme> Parse(string text) => SchemeLines.Parse(new SchemeTextSource(text, "f"));

    [Theory]
    [InlineData("min max 80 max 100ms max willneed", "0 18446744073709551615 16 20 1 4294967295 0")]
    [InlineData("min max 10 20 200ms 1h cold", "0 18446744073709551615 2 4 2 36000 1")]
    [InlineData("min max 0 10 60s max pageout", "0 18446744073709551615 0 2 600 4294967295 2")]
    [InlineData("2M max 90 100 100ms max hugepage", "2097152 18446744073709551615 18 20 1 4294967295 3")]
    [InlineData("2M max 0 25 100ms max nohugepage", "2097152 18446744073709551615 0 5 1 4294967295 4")]
    [InlineData("4K max min min 5s max pageout", "4096 18446744073709551615 0 0 50 4294967295 2")]
    [InlineData("min max 5 max min max hugepage", "0 18446744073709551615 1 20 0 4294967295 3")]
    [InlineData("min max min max min max stat", "0 18446744073709551615 0 20 0 4294967295 5")]
    [InlineData("\t1B\t1.5K  max max max max STAT\r", "1 1536 20 20 4294967295 4294967295 5")]
    [InlineData("0.1G 1e3M 2.5 99.9 1us 1.5m Cold", "107374182 1048576000 0 19 0 900 1")]
    public void Lines_give_the_numbers_of_the_first_tool(string line, string numbers)
    {
        Scheme scheme = Assert.Single(Parse(line));
        Assert.Equal(numbers.Replace(' ', '\t'), SchemeColumns.Format(scheme, s_attributes));
        Assert.Equal("# scheme: " + numbers.Replace(' ', '\t'), SchemeColumns.Echo(scheme, s_attributes));
        Assert.Equal(
            numbers.Replace("4294967295", "42949", StringComparison.Ordinal),
            SchemeColumns.Format(scheme, s_attributes, ageLimit: AgeLimitRule.Microseconds, separator: ' '));
    }

    [Theory]
    [InlineData("3M\tnull\t70\tnull\t400ms\t0s\tstat", "3145728 18446744073709551615 14 20 4 4294967295 5")]
    [InlineData("null null null 6 9s null stat", "0 18446744073709551615 0 1 90 4294967295 5")]
    [InlineData("0B 0B 0 15 3s null stat", "0 18446744073709551615 0 3 30 4294967295 5")]
    [InlineData("4K null 0 0 0s 0s stat", "4096 18446744073709551615 0 20 0 4294967295 5")]
    [InlineData("4K 0B 70 0 400ms 0s stat", "4096 18446744073709551615 14 20 4 4294967295 5")] // below the least it can mean nothing else
    [InlineData("4K max 0 0 0s 0s stat", "4096 18446744073709551615 0 0 0 0 5")] // but here it does: idle memory, of which that is new
    [InlineData("min min min min min min stat", "0 0 0 0 0 0 5")]
    public void Null_and_0_as_the_greatest_value_are_no_limit_in_lines_of_the_first_tool_of_all(string line, string numbers) =>
        Assert.Equal(numbers.Replace(' ', '\t'), SchemeColumns.Format(Assert.Single(Parse(line)), s_attributes));

    [Fact]
    public void Limits_follow_the_intervals()
    {
        MonitoringAttributes attributes = new() { SampleUs = 3_000, AggregationUs = 100_000 };
        Scheme scheme = Assert.Single(Parse("min max 50 max 1s max stat"));
        Assert.Equal("0 18446744073709551615 16 33 10 4294967295 5", SchemeColumns.Format(scheme, attributes, separator: ' '));
    }

    [Theory]
    [InlineData("500M 1s", nameof(ColumnLayout.SizeQuota), "524288000 1000")]
    [InlineData("500M 1s 0 3 7", nameof(ColumnLayout.Weights), "524288000 1000 0 3 7")]
    [InlineData("500M 1s 0 3 7", nameof(ColumnLayout.Watermarks), "524288000 1000 0 3 7 0 0 0 0 0")]
    [InlineData("500M 1s 0 3 7", nameof(ColumnLayout.TimeQuota), "0 524288000 1000 0 3 7 0 0 0 0 0")]
    [InlineData("500M 1s 0 3 7", nameof(ColumnLayout.Pattern), "")]
    [InlineData("500M 1s 0 3 7 free_mem_rate 5s 500 400 300", nameof(ColumnLayout.Watermarks), "524288000 1000 0 3 7 1 5000000 500 400 300")]
    [InlineData("100ms 500M 1500us 0 3 7 none 1ms 5 4 3", nameof(ColumnLayout.TimeQuota), "100 524288000 1 0 3 7 0 1000 5 4 3")]
    [InlineData("", nameof(ColumnLayout.TimeQuota), "0 0 18446744073709551615 0 0 0 0 0 0 0 0")]
    public void Later_columns_give_their_numbers(string columns, string layoutName, string numbers)
    {
        ColumnLayout layout = Enum.Parse<ColumnLayout>(layoutName);
        Scheme scheme = Assert.Single(Parse($"4K max min min 5s max pageout {columns}"));
        string expected = $"4096 18446744073709551615 0 0 50 42949 2 {numbers}".TrimEnd();
        Assert.Equal(expected, SchemeColumns.Format(scheme, s_attributes, layout, AgeLimitRule.Microseconds, ' '));
        Assert.Equal(SchemeColumns.CountOf(layout), expected.Split(' ').Length);
    }

    [Fact]
    public void Comments_and_empty_lines_are_skipped()
    {
        IReadOnlyList<Scheme> schemes = Parse("\ufeff# all\n\n   # indented\nmin max 0 10 60s max pageout # cold: out\r\n \t \nmin max 80 max 1s max willneed");
        Assert.Equal([SchemeAction.PageOut, SchemeAction.WillNeed], schemes.Select(s => s.Action));
        Assert.Empty(Parse(""));
        Assert.Empty(Parse("# nothing\n"));
    }

    [Theory]
    [InlineData("min max 0 10 60s max", "f: line 1, column 1: expected [7, 9, 12, 17, 18] fields, but there are 6")]
    [InlineData("# a\nmin max 0 10 60s max pageout 5M", "f: line 2, column 1: expected [7, 9, 12, 17, 18] fields, but there are 8")]
    [InlineData("1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0", "f: line 1, column 1: expected [7, 9, 12, 17, 18] fields, but there are more")]
    [InlineData("4 max 0 10 60s max pageout", "f: line 1, column 1: '4' is no size; write min, max, or a number with a unit")]
    [InlineData("4K  12X 0 10 60s max pageout", "f: line 1, column 5: '12X' is no size")]
    [InlineData("4K max -1 10 60s max pageout", "f: line 1, column 8: '-1' is no access rate")]
    [InlineData("4K max 0 101 60s max pageout", "f: line 1, column 10: '101' is no access rate; write min, max, or a percentage from 0 to 100")]
    [InlineData("4K max 0 nan 60s max pageout", "f: line 1, column 10: 'nan' is no access rate")]
    [InlineData("4K max 0 10 60 max pageout", "f: line 1, column 13: '60' is no age; write min, max, or a number with a unit")]
    [InlineData("4K max 0 10 60s 1y pageout", "f: line 1, column 17: '1y' is no age")]
    [InlineData("4K max 0 10 60s max page", "f: line 1, column 21: 'page' is no action; write one of willneed")]
    [InlineData("4K max 0 10 60s max migrate_hot", "f: line 1, column 21: the action migrate_hot needs a destination")]
    [InlineData("4K 1K 0 10 60s max stat", "f: line 1, column 1: the least size, 4096 bytes, is above the greatest, 1024 bytes")]
    [InlineData("max 1K 0 10 60s max stat", "f: line 1, column 1: the least size")]
    [InlineData("min max 20 10 60s max stat", "f: line 1, column 9: the least access frequency, 20 %, is above the greatest, 10 %")]
    [InlineData("4K min 0 10 60s max stat", "f: line 1, column 1: the least size")]
    [InlineData("min max 20 min 60s max stat", "f: line 1, column 9: the least access frequency")]
    [InlineData("min max 0 10 60s min stat", "f: line 1, column 14: the least age")]
    [InlineData("min max 0 10 1s max stat null 1s", "f: line 1, column 26: 'null' is no quota size")]
    [InlineData("min max 0 10 60s 50s stat", "f: line 1, column 14: the least age")]
    [InlineData("min max 0 10 max 50s stat", "f: line 1, column 14: the least age")]
    [InlineData("min max 0 10 1s max stat 5 1s", "f: line 1, column 26: '5' is no quota size")]
    [InlineData("min max 0 10 1s max stat 5M 1", "f: line 1, column 29: '1' is no quota reset interval")]
    [InlineData("min max 0 10 1s max stat 5M 1s 1 2 x", "f: line 1, column 36: 'x' is no number")]
    [InlineData("min max 0 10 1s max stat 5M 1s 1 2 3 foo 1s 3 2 1", "f: line 1, column 38: 'foo' is no watermark metric")]
    [InlineData("min max 0 10 1s max stat 5M 1s 1 2 3 free_mem_rate 1s 1 2 3", "f: line 1, column 55: the watermarks are high 1, mid 2, low 3")]
    [InlineData("min max 0 10 1s max stat\n\u0007\u001b[31m", "f: line 2, column 1: expected")]
    public void Faults_name_the_place(string text, string message)
    {
        SchemeTextException fault = Assert.Throws<SchemeTextException>(() => Parse(text));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(fault.Message, char.IsControl);
        Assert.StartsWith($"f: line {fault.Line}, column {fault.Column}: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_length_and_number_of_scheme_lines_are_bounded()
    {
        string line = "min max 0 10 60s max stat\n";
        Assert.Equal(256, Parse(string.Concat(Enumerable.Repeat(line, 256))).Count);
        Assert.Equal(
            "f: line 257, column 1: more than 256 schemes",
            Assert.Throws<SchemeTextException>(() => Parse(string.Concat(Enumerable.Repeat(line, 257)))).Message);
        Assert.StartsWith(
            "f: line 1, column 1: the text has",
            Assert.Throws<SchemeTextException>(() => Parse(new string(' ', (4 << 20) + 1))).Message,
            StringComparison.Ordinal);
        Assert.InRange(Assert.Throws<SchemeTextException>(() => Parse(new string('9', 100_000) + "K max 0 1 1s max stat")).Message.Length, 50, 300);
    }

    [Theory]
    [InlineData("min max 80 max 100ms max willneed")]
    [InlineData("4K max min 0 5s max pageout")]
    [InlineData("2M 1G 2.5 25 100ms 1h nohugepage")]
    [InlineData("4K max min 0 5s max pageout 10ms 500M 1s 0 3 7 free_mem_rate 5s 500 400 300")]
    public void Lines_can_be_written_again(string line)
    {
        Assert.True(SchemeLines.TryFormat(Assert.Single(Parse(line)), s_attributes, out string written, out _));
        Assert.Equal(line, written);
    }

    [Fact]
    public void A_scheme_that_a_line_cannot_hold_is_refused()
    {
        Scheme[] schemes =
        [
            new() { Filters = [new SchemeFilter { Kind = SchemeFilterKind.Young }] },
            new() { Quota = new SchemeQuota { Goals = [new QuotaGoal { Metric = QuotaGoalMetric.UserInput, TargetValue = 1 }] } },
            new() { Action = SchemeAction.MigrateHot },
            new() { ApplyIntervalUs = 1 },
            new() { MaxNrSnapshots = 1 },
            new() { Pattern = new AccessPattern { MinNrAccesses = PatternBound.OfCount(21) } },
        ];
        foreach (Scheme scheme in schemes)
        {
            Assert.False(SchemeLines.TryFormat(scheme, s_attributes, out _, out string? fault));
            Assert.NotNull(fault);
        }
    }

    [Fact]
    public void Written_lines_give_the_same_counts() =>
        Gen.Select(SchemeGen.Pattern, SchemeGen.Attributes, Gen.Int[0, 8]).Sample((pattern, attributes, action) =>
        {
            Scheme scheme = new() { Pattern = pattern, Action = (SchemeAction)action };
            if (!SchemeLines.TryFormat(scheme, attributes, out string line, out _))
            {
                Assert.True(pattern.MinNrAccesses.ToNrAccesses(attributes) > attributes.AggregationUs / attributes.SampleUs, line);
                return;
            }

            Scheme read = Assert.Single(Parse(line));
            Assert.Equal(Reachable(scheme, attributes), Reachable(read, attributes));
            Assert.Equal(scheme.Action, read.Action);
        });

    /// <summary>No limit, and one that no region reaches, are the same.</summary>
    static PatternCounts Reachable(Scheme scheme, MonitoringAttributes attributes)
    {
        PatternCounts counts = scheme.Pattern.ToCounts(attributes);
        return counts with { MaxNrAccesses = Math.Min(counts.MaxNrAccesses, attributes.MaxNrAccesses) };
    }
}
