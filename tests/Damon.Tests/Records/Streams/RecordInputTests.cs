using System.Text;
using Damon.Records;
using Damon.Records.Streams;

namespace Damon.Tests.Records.Streams;

public sealed class RecordInputTests
{
    /// <summary>Lines of up to 10 bytes, that come in pieces.</summary>
    [Theory]
    [InlineData("1234567890\n", "Whole 1234567890|End ")]
    [InlineData("12345678901\n", "TooLong ")]
    [InlineData("\na\n\n", "Whole |Whole a|Whole |End ")]
    [InlineData("1234567890", "Unterminated 1234567890|End ")]
    [InlineData("12345678901", "TooLong ")]
    [InlineData("a\n12345678901\n", "Whole a|TooLong ")]
    public void Lines_are_as_long_as_allowed_however_they_come(string text, string expected)
    {
        for (int step = 1; step <= text.Length; step++)
        {
            using RecordInput input = new(new TrickleStream(Encoding.ASCII.GetBytes(text), step));
            List<string> lines = [];
            RecordLineStatus status;
            do
            {
                status = input.ReadLine(10, out ReadOnlySpan<byte> line);
                lines.Add($"{status} {Encoding.ASCII.GetString(line)}");
            }
            while (status is RecordLineStatus.Whole or RecordLineStatus.Unterminated);

            Assert.Equal(expected, string.Join('|', lines));
        }
    }

    [Fact]
    public void Json_that_comes_byte_by_byte_is_seen_to_be_a_record()
    {
        const string Json = """ [ {"data_source": "unknown", "snapshots": []} ]""";
        using RecordInput input = new(new TrickleStream(Encoding.ASCII.GetBytes(Json), 1));
        Assert.True(RecordSniffer.IsRecordJson(input));
        using RecordInput other = new(new TrickleStream(Encoding.ASCII.GetBytes(Json.Replace("snapshots", "pictures", StringComparison.Ordinal)), 1));
        Assert.False(RecordSniffer.IsRecordJson(other));
    }
}
