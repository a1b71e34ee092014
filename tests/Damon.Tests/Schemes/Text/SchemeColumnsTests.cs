using CsCheck;
using Damon.Monitoring;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Tests.Schemes.Text;

public sealed class SchemeColumnsTests
{
    static readonly MonitoringAttributes s_attributes = new();

    [Theory]
    [InlineData(nameof(ColumnLayout.Pattern), "1 2 3 4 5 6 4")]
    [InlineData(nameof(ColumnLayout.SizeQuota), "1 2 3 4 5 6 4 7 8")]
    [InlineData(nameof(ColumnLayout.Weights), "1 2 3 4 5 6 4 7 8 9 10 11")]
    [InlineData(nameof(ColumnLayout.Watermarks), "1 2 3 4 5 6 4 7 8 9 10 11 1 100 3 2 1")]
    [InlineData(nameof(ColumnLayout.TimeQuota), "1 2 3 4 5 6 4 0 0 0 1 2 3 1 100 3 2 1")]
    public void Written_columns_read_back(string layoutName, string numbers)
    {
        ColumnLayout layout = Enum.Parse<ColumnLayout>(layoutName);
        Scheme scheme = SchemeColumns.ToScheme(Numbers(numbers), layout);
        Assert.Equal(numbers, SchemeColumns.Format(scheme, s_attributes, layout, separator: ' '));
        Assert.Equal(new PatternCounts(1, 2, 3, 4, 5, 6), scheme.Pattern.ToCounts(s_attributes));
        Assert.Equal(SchemeAction.NoHugePage, scheme.Action);
    }

    [Theory]
    [InlineData(nameof(ColumnLayout.Pattern), "1 2 3 4 5 6 6", "column 7: 6 is no action; write 0 to 5", true)]
    [InlineData(nameof(ColumnLayout.TimeQuota), "2 1 2 1 10 1 3 10 1 1 1 1 1 1 1 1 2 3", "column 1: the least size", false)]
    [InlineData(nameof(ColumnLayout.Pattern), "1 2 4 3 5 6 3", "column 1: the least access", false)]
    [InlineData(nameof(ColumnLayout.Pattern), "1 2 3 4 6 5 3", "column 1: the least age", false)]
    [InlineData(nameof(ColumnLayout.TimeQuota), "1 2 3 4 5 6 4 0 0 0 1 2 3 0 100 1 2 3", "column 16: the watermarks", false)]
    public void Columns_that_a_kernel_refuses_are_refused(string layoutName, string text, string message, bool always)
    {
        ColumnLayout layout = Enum.Parse<ColumnLayout>(layoutName);
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => SchemeColumns.ToScheme(Numbers(text), layout)).Message, StringComparison.Ordinal);
        if (always)
        {
            Assert.Throws<FormatException>(() => SchemeColumns.ToScheme(Numbers(text), layout, checksRanges: false));
        }
        else
        {
            Assert.Equal(
                text,
                SchemeColumns.Format(SchemeColumns.ToScheme(Numbers(text), layout, checksRanges: false), s_attributes, layout, separator: ' '));
        }
    }

    [Fact]
    public void Of_what_the_kernel_has_in_32_bits_no_more_count()
    {
        Scheme scheme = SchemeColumns.ToScheme(Numbers("1 18446744073709551615 4294967296 4294967295 0 4294967295 5"), ColumnLayout.Pattern);
        Assert.Equal("1 18446744073709551615 0 4294967295 0 4294967295 5", SchemeColumns.Format(scheme, s_attributes, separator: ' '));
    }

    [Fact]
    public void Random_numbers_read_back() =>
        Gen.Select(SchemeGen.Pattern, SchemeGen.Quota, SchemeGen.Marks, SchemeGen.Attributes, Gen.Int[0, 5])
            .Sample((pattern, quota, marks, attributes, action) =>
        {
            Scheme scheme = new() { Pattern = pattern, Quota = quota, Watermarks = marks, Action = (SchemeAction)action };
            string text = SchemeColumns.Format(scheme, attributes, ColumnLayout.TimeQuota);
            Assert.Equal(
                text,
                SchemeColumns.Format(
                    SchemeColumns.ToScheme(Numbers(text), ColumnLayout.TimeQuota, checksRanges: false),
                    new MonitoringAttributes(),
                    ColumnLayout.TimeQuota));
        });

    static ulong[] Numbers(string text) => [.. text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(ulong.Parse)];
}
