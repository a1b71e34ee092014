using System.Text;
using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Tests.Shared;

namespace Damon.Tests.Records.Sidecar;

public sealed class SidecarWriterTests
{
    static Snapshot Aged(int count)
    {
        Snapshot snapshot = new();
        snapshot.Reset(1);
        snapshot.AddTarget(1);
        for (int i = 0; i < count; i++)
        {
            snapshot.AddRegion(new SnapshotRegion((ulong)i, (ulong)i + 1, 0, int.MaxValue));
        }

        return snapshot;
    }

    [Fact]
    public void Null_arguments_throw_and_write_nothing()
    {
        Assert.Throws<ArgumentNullException>("header", () => new SidecarWriter(new MemoryStream(), null!));
        using SidecarWriter writer = new(new MemoryStream(), new RecordHeader());
        long length = writer.WholeLength;
        Assert.Throws<ArgumentNullException>("target", () => writer.WriteTarget(null!));
        Assert.Throws<ArgumentNullException>("mappings", () => writer.WriteMappings(1, 1, null!));
        Assert.Throws<ArgumentNullException>("snapshot", () => writer.WriteAges(0, null!));
        Assert.Throws<ArgumentNullException>("tried", () => writer.WriteTried(null!));
        Assert.Throws<ArgumentNullException>("summary", () => writer.WriteStatus(null!));
        Assert.Throws<ArgumentNullException>("summary", () => writer.WriteEnd(null!));
        Assert.Equal(length, writer.WholeLength);
    }

    [Theory]
    [InlineData("r-xp", "/usr/bin/sleep", 0x2000)]
    [InlineData("rwxp", "/usr/bin/sleep", 0x2000)]
    [InlineData("r-xs", "/usr/bin/sleep", 0x2000)]
    [InlineData("r-xp", "/xsr/bin/sleep", 0x2000)]
    [InlineData("r-xp", "/usr/xin/sleep", 0x2000)]
    [InlineData("r-xp", "/usr/bin/slxep", 0x2000)]
    [InlineData("r-xp", "/usr/bin/sleex", 0x2000)]
    [InlineData("r-xp", "/usr/bin/sleep", 0x3000)]
    [InlineData("r-xp\0", "/usr/bin/sleep", 0x2000)]
    [InlineData("r-xp", "/usr/bin/sleep\0\0", 0x2000)]
    public void A_mapping_that_differs_in_one_field_or_letter_is_another(string perms, string name, ulong end)
    {
        RecordMapping first = new() { Start = 0x1000, End = 0x2000, Perms = "r-xp", Offset = 0x1000, Name = "/usr/bin/sleep" };
        RecordMapping other = first with { Perms = perms, Name = name, End = end };
        using SidecarWriter writer = new(new MemoryStream(), new RecordHeader());
        Assert.True(writer.WriteMappings(1, 7, [first]));
        Assert.Equal(other != first, writer.WriteMappings(2, 7, [other]));
        Assert.Equal(other != first, writer.WriteMappings(3, 7, [first]));
        Assert.False(writer.WriteMappings(4, 7, [first]));
    }

    [Theory]
    [InlineData("r-xp\0", "r-xp")]
    [InlineData("r-xp", "r-xp\0\0\0")]
    public void The_length_of_a_text_counts(string one, string other)
    {
        using SidecarWriter writer = new(new MemoryStream(), new RecordHeader());
        Assert.True(writer.WriteMappings(1, 7, [new RecordMapping { Perms = one }]));
        Assert.True(writer.WriteMappings(2, 7, [new RecordMapping { Perms = other }]));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(",\"offset\":null", null)]
    [InlineData(",\"offset\":\"0x0\"", 0UL)]
    [InlineData(",\"offset\":\"ffffffffffffffff\"", ulong.MaxValue)]
    [InlineData(",\"offset\":4096", 4096UL)]
    public void An_offset_may_be_missing(string text, ulong? offset)
    {
        string line = "{\"mappings\":{\"time_ns\":1,\"target_id\":7,\"mappings\":[{\"start\":\"0x1\",\"end\":\"0x2\"" + text + "}]}}\n";
        using MemoryStream stream = new(Encoding.UTF8.GetBytes("{\"format\":1}\n" + line));
        using SidecarReader reader = new(stream);
        Assert.True(reader.Read(), reader.Problem);
        Assert.Equal(offset, Assert.Single(reader.Mappings!.Mappings).Offset);

        using MemoryStream again = new();
        using SidecarWriter writer = new(again, new RecordHeader(), leaveOpen: true);
        Assert.True(writer.WriteMappings(1, 7, reader.Mappings.Mappings));
        Assert.Equal(offset is not null, Encoding.UTF8.GetString(again.ToArray()).Contains($",\"offset\":\"0x{offset:x}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Ages_need_room_in_proportion_and_some_ahead()
    {
        Snapshot snapshot = Aged(1000);
        Snapshot more = Aged(1400);
        using CountingStream stream = new();
        stream.Capacity = 1 << 20;
        Assert.InRange(
            Allocation.Of(
                () =>
                {
                    using SidecarWriter writer = new(stream, new RecordHeader(), leaveOpen: true);
                    writer.WriteAges(0, snapshot);
                },
                60_000),
            0,
            60_000);
        Assert.Equal(
            0,
            Allocation.Least(() =>
            {
                using SidecarWriter writer = new(stream, new RecordHeader(), leaveOpen: true);
                writer.WriteAges(0, snapshot);
                long before = GC.GetAllocatedBytesForCurrentThread();
                writer.WriteAges(1, more);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }));
    }

    [Fact]
    public void The_longest_line_is_written_and_read_and_a_longer_one_is_not()
    {
        const int Fixed = 28;
        string most = new('x', SidecarFormat.MaxLine - Fixed);
        using MemoryStream stream = new();
        using SidecarWriter writer = new(stream, new RecordHeader(), leaveOpen: true);
        long before = writer.WholeLength;
        writer.WriteStatus(new RecordSummary { EndReason = most });
        Assert.Equal((before + SidecarFormat.MaxLine + 1, 0), (writer.WholeLength, writer.LinesLeftOut));
        writer.WriteStatus(new RecordSummary { EndReason = most + "x" });
        Assert.Equal((before + SidecarFormat.MaxLine + 1, 1), (writer.WholeLength, writer.LinesLeftOut));
        stream.Position = 0;
        using SidecarReader reader = new(stream);
        Assert.True(reader.Read());
        Assert.Equal(most, reader.Summary!.EndReason);
        Assert.False(reader.Read());
        Assert.Null(reader.Problem);
    }
}
