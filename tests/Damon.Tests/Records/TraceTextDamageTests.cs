using System.Globalization;
using System.IO.Compression;
using System.Text;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;
using Damon.Records.TraceText;

namespace Damon.Tests.Records;

/// <summary>What a reader of trace text leaves out, and what it says of it.</summary>
public sealed class TraceTextDamageTests
{
    static string Line(string time, string fields) => $"kdamond.0 {time}: damon_aggregated: {fields}\n";

    /// <summary>A snapshot of one region, whole.</summary>
    static string Whole(int second, int target = 0) => Line($"{second}.0", $"target_id={target} nr_regions=1 1-2: {second}");

    /// <summary>One line of a snapshot.</summary>
    static string Part(string time, int nrRegions, int start, string behind = "") =>
        Line(time, $"target_id=0 nr_regions={nrRegions} {start}-{start + 1}: 0{behind}");

    static RecordDamage? Damage(string text, params string[] whole)
    {
        using TraceTextReader reader = new(new MemoryStream(Encoding.ASCII.GetBytes(text)));
        Assert.Equal(whole, SnapshotText.Of(reader));
        return reader.Damage;
    }

    static RecordDamage Gap(int offset, long gaps, long snapshots) =>
        new(RecordDamageKind.Incomplete, offset, offset, null, "a snapshot", null, snapshots) { Gaps = gaps };

    [Theory]
    [InlineData("2 3: 0")]
    [InlineData("2-: 0")]
    [InlineData("-3: 0")]
    [InlineData("2-3 0")]
    [InlineData("2-3:0")]
    [InlineData("2-3: ")]
    [InlineData("2-3: x")]
    [InlineData("2-3: 4294967296")]
    [InlineData("3-2: 0")]
    public void A_broken_region_in_a_line_like_the_one_before_is_a_gap(string region)
    {
        string text = Whole(1) + Part("2.0", 2, 1) + Line("2.0", "target_id=0 nr_regions=2 " + region) + Whole(3);
        Assert.Equal(1, Damage(text, "1000000000 [0 1-2:1]", "3000000000 [0 1-2:3]")?.Gaps);
    }

    [Fact]
    public void The_largest_age_still_fits() =>
        Assert.Null(Damage(Part("2.0", 2, 1) + Part("2.0", 2, 2, " 2147483647"), "2000000000 [0 1-2:0 2-3:0/2147483647]"));

    [Fact]
    public void Zip_bombs_are_those_without_a_snapshot_for_256_MiB()
    {
        byte[] idle = Gzip(string.Concat(Enumerable.Repeat("#\n", 1 << 19)));
        MemoryStream File(int idleMiB)
        {
            MemoryStream file = new();
            for (int second = 1; second <= 3; second++)
            {
                file.Write(Gzip(Whole(second)));
                for (int i = 0; i < idleMiB; i++)
                {
                    file.Write(idle);
                }
            }

            file.Position = 0;
            return file;
        }

        using IRecordReader whole = RecordReaders.Open(File(idleMiB: 100));
        Assert.Equal(3, SnapshotText.Of(whole).Count);
        Assert.Null(whole.Damage);
        using IRecordReader bomb = RecordReaders.Open(File(idleMiB: 260));
        Assert.Single(SnapshotText.Of(bomb));
        Assert.Contains("too much data without a snapshot was decompressed", bomb.Damage?.Problem, StringComparison.Ordinal);

        static byte[] Gzip(string text)
        {
            MemoryStream packed = new();
            using (GZipStream stream = new(packed, CompressionLevel.Fastest))
            {
                stream.Write(Encoding.ASCII.GetBytes(text));
            }

            return packed.ToArray();
        }
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(50_000)]
    [InlineData(60_001)]
    public void A_line_longer_than_the_buffer_is_skipped_and_the_next_lines_are_read(int step)
    {
        string text = Whole(1) + new string('x', 300_000) + Whole(9) + Whole(2) + Whole(3) + new string('x', 300_000) + Whole(9) + Whole(4);
        using TraceTextReader reader = new(new TrickleStream(Encoding.ASCII.GetBytes(text), step));
        Assert.Equal(["1000000000 [0 1-2:1]", "2000000000 [0 1-2:2]", "3000000000 [0 1-2:3]", "4000000000 [0 1-2:4]"], SnapshotText.Of(reader));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# of no interest\n\n\n")]
    [InlineData("kdamond.0 1.0: damon_aggregated: target_id=x\n")]
    public void A_line_without_line_feed_is_cut_off(string between)
    {
        string before = Whole(1) + between;
        string text = before + Whole(2)[..^1];
        Assert.Equal(
            new RecordDamage(
                RecordDamageKind.CutOff,
                before.Length,
                before.Length,
                text.Length - before.Length,
                "a line",
                null,
                1)
            { Gaps = between.Contains('=', StringComparison.Ordinal) ? 1 : 0 },
            Damage(text, "1000000000 [0 1-2:1]"));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("", "kdam")]
    [InlineData("# of no interest\n", "kdam")]
    public void A_snapshot_that_the_end_cuts_is_not_used_from_its_first_line_on(string between, string rest)
    {
        string before = Whole(1) + between;
        string cut = Part("2.0", 3, 1) + between + Part("2.0", 3, 2) + between;
        Assert.Equal(
            new RecordDamage(RecordDamageKind.CutOff, before.Length, before.Length + cut.Length, cut.Length + rest.Length, "a snapshot of 3 regions", null, 1),
            Damage(before + cut + rest, "1000000000 [0 1-2:1]"));
    }

    [Fact]
    public void The_end_of_a_line_that_is_like_the_one_before_may_be_missing()
    {
        string text = Part("2.0", 2, 1) + Part("2.0", 2, 2);
        Assert.Null(Damage(text, "2000000000 [0 1-2:0 2-3:0]"));
        int first = Part("2.0", 2, 1).Length;
        Assert.Equal(
            new RecordDamage(RecordDamageKind.CutOff, 0, first, text.Length - 1, "a snapshot of 2 regions", null, 0),
            Damage(text[..^1]));
    }

    [Theory]
    [InlineData(" 5x")]
    [InlineData(" 5 6")]
    [InlineData("x")]
    [InlineData(" 4294967296")]
    public void A_line_like_the_one_before_but_for_its_end_breaks_the_snapshot(string behind)
    {
        string before = Whole(1);
        string broken = Part("2.0", 3, 1) + Part("2.0", 3, 2, behind) + Part("2.0", 3, 3);

        // The third line looks like the first of another snapshot, which then lacks lines: all that is one gap.
        Assert.Equal(Gap(before.Length, 1, 2), Damage(before + broken + Whole(3), "1000000000 [0 1-2:1]", "3000000000 [0 1-2:3]"));
    }

    [Theory]
    [InlineData("2-3: -1")]
    [InlineData("0-0: -1 5")]
    [InlineData("3-2: 0")]
    [InlineData("2-3: 4294967296")]
    public void Regions_that_cannot_be_are_gaps(string region)
    {
        string before = Whole(1);
        Assert.Equal(
            Gap(before.Length, 1, 2),
            Damage(before + Line("2.0", $"target_id=0 nr_regions=1 {region}") + Whole(3), "1000000000 [0 1-2:1]", "3000000000 [0 1-2:3]"));
    }

    [Fact]
    public void A_region_may_be_empty_and_have_as_many_accesses_as_fit() => Assert.Null(
        Damage(
            Line("1.0", "target_id=0 nr_regions=1 2-2: 4294967295")
                + Line("2.0", "target_id=0 nr_regions=2 2-2: 0")
                + Line("2.0", "target_id=0 nr_regions=2 3-3: 4294967295"),
            "1000000000 [0 2-2:4294967295]",
            "2000000000 [0 2-2:0 3-3:4294967295]"));

    [Fact]
    public void A_time_that_cannot_be_read_is_a_gap()
    {
        string before = Whole(1);
        string text = before + Line("2.x", "target_id=0 nr_regions=1 1-2: 0") + Whole(3);
        Assert.Equal(Gap(before.Length, 1, 2), Damage(text, "1000000000 [0 1-2:1]", "3000000000 [0 1-2:3]"));
    }

    [Fact]
    public void All_up_to_the_next_whole_snapshot_is_one_gap()
    {
        const string Broken = "kdamond.0 1.0: damon_aggregated: target_id=x\n";
        string before = Whole(1);
        string text = before + Broken + Broken + Part("2.0", 2, 1) + Broken + Whole(3) + Part("4.0", 3, 1) + Whole(5) + Broken;
        RecordDamage? damage = Damage(text, "1000000000 [0 1-2:1]", "3000000000 [0 1-2:3]", "5000000000 [0 1-2:5]");
        Assert.Equal(Gap(before.Length, 3, 3), damage);
        Assert.Equal(
            $"trace lines are missing or broken in 3 places, the first at offset {before.Length}; the snapshots there are left out, 3 whole snapshots used",
            damage!.ToString());
    }

    [Fact]
    public void A_snapshot_that_lacks_lines_is_a_gap_from_its_first_line_on()
    {
        string before = Whole(1);
        Assert.Equal(Gap(before.Length, 1, 2), Damage(before + Part("2.0", 2, 1) + Whole(3), "1000000000 [0 1-2:1]", "3000000000 [0 1-2:3]"));
        Assert.Equal(
            Gap(before.Length, 1, 2),
            Damage(before + Part("2.0", 2, 1) + "kdamond.0 1.0: damon_aggregated: target_id=x\n" + Whole(3), "1000000000 [0 1-2:1]", "3000000000 [0 1-2:3]"));
    }

    [Fact]
    public void Snapshots_out_of_time_order_end_the_reading()
    {
        const string Broken = "kdamond.0 1.0: damon_aggregated: target_id=x\n";
        string before = Whole(1) + Broken + Whole(3);
        string text = before + Whole(2) + Whole(4);
        RecordDamage? damage = Damage(text, "1000000000 [0 1-2:1]", "3000000000 [0 1-2:3]");
        Assert.Equal(
            new RecordDamage(
                RecordDamageKind.Invalid,
                before.Length,
                before.Length,
                text.Length - before.Length,
                "a line",
                "the trace is not sorted by time: 2000000000 ns of target 0 comes behind 3000000000 ns",
                2)
            { Gaps = 1 },
            damage);
        Assert.Null(Damage(before[..Whole(1).Length] + Whole(1), "1000000000 [0 1-2:1]", "1000000000 [0 1-2:1]"));
    }

    [Theory]
    [InlineData("1.5", 0, 500_000_000L)]
    [InlineData("1.0", 0, 1_000_000_000L)]
    [InlineData("1.5", 1, null)]
    public void A_made_up_snapshot_gives_the_length_of_its_targets_previous_one(string time, int target, long? start)
    {
        string text = Whole(1) + Line(time, $"target_id={target} nr_regions=1 0-0: -1 -1") + Whole(2);
        using TraceTextReader reader = new(new MemoryStream(Encoding.ASCII.GetBytes(text)));
        Snapshot snapshot = new();
        Assert.True(reader.Read(snapshot));
        Assert.Equal((1_000_000_000, start), (snapshot.TimeNs, snapshot.StartNs));
        Assert.True(reader.Read(snapshot));
        Assert.Equal((2_000_000_000, null), (snapshot.TimeNs, snapshot.StartNs));
        Assert.False(reader.Read(snapshot));
        Assert.Null(reader.Damage);
    }

    [Fact]
    public void A_made_up_snapshot_after_the_second_is_ignored()
    {
        string text = Whole(1) + Whole(2) + Line("2.5", "target_id=0 nr_regions=1 0-0: -1 -1");
        using TraceTextReader reader = new(new MemoryStream(Encoding.ASCII.GetBytes(text)));
        Snapshot snapshot = new();
        for (int i = 1; i <= 2; i++)
        {
            Assert.True(reader.Read(snapshot));
            Assert.Equal((i * 1_000_000_000L, null), (snapshot.TimeNs, snapshot.StartNs));
        }

        Assert.False(reader.Read(snapshot));
        Assert.Equal((0, 0), (snapshot.TimeNs, snapshot.NrTargets));
        Assert.Null(reader.Damage);
    }

    [Fact]
    public void A_made_up_snapshot_before_the_one_it_belongs_to_is_out_of_order()
    {
        string text = Whole(1) + Line("0.5", "target_id=0 nr_regions=1 0-0: -1 -1");
        RecordDamage? damage = Damage(text, "1000000000 [0 1-2:1]");
        Assert.Equal((RecordDamageKind.Invalid, Whole(1).Length), (damage?.Kind, damage?.Offset));
    }

    [Fact]
    public void Only_a_snapshot_of_the_one_made_up_region_is_made_up() => Assert.Null(
        Damage(
            Line("1.0", "target_id=0 nr_regions=1 0-1: 4294967295")
                + Line("2.0", "target_id=0 nr_regions=1 0-0: 0")
                + Line("3.0", "target_id=0 nr_regions=1 0-0: 4294967295 1")
                + Line("4.0", "target_id=0 nr_regions=2 0-0: 4294967295") + Line("4.0", "target_id=0 nr_regions=2 0-0: 4294967295"),
            "1000000000 [0 0-1:4294967295]",
            "2000000000 [0 0-0:0]",
            "3000000000 [0 0-0:4294967295/1]",
            "4000000000 [0 0-0:4294967295 0-0:4294967295]"));

    [Fact]
    public void Compressed_text_that_breaks_where_a_line_ends_is_reported_as_broken_compression()
    {
        // All lines have 64 bytes, and the reader decompresses some whole KiB at a time.
        Random random = new(3);
        StringBuilder text = new();
        for (int i = 1; i <= 1000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"k {i:0000}.0: damon_aggregated: target_id=0 nr_regions=1 1-2: {random.Next(10_000, 100_000)}\n");
        }

        Assert.Equal(64_000, text.Length);
        MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(Encoding.ASCII.GetBytes(text.ToString()));
        }

        // The checksum is wrong: the last that was decompressed is not used.
        byte[] bytes = packed.ToArray();
        bytes[^8] ^= 1;
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(bytes));
        List<string> read = SnapshotText.Of(reader);
        Assert.InRange(read.Count, 1, 1000);
        Assert.Equal((RecordDamageKind.Invalid, read.Count, true), (reader.Damage?.Kind, reader.Damage?.WholeSnapshots, reader.Damage?.InDecompressed));
        Assert.Contains("the compressed data is broken or cut off", reader.Damage!.Problem, StringComparison.Ordinal);
    }
}
