using System.Globalization;
using System.Text;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records;
using Damon.Records.Streams;
using Damon.Records.TraceText;
using Damon.Tests.Shared;

namespace Damon.Tests.Records.TraceText;

public sealed class TraceTextReaderTests
{
    static TraceTextReader Open(string text) => new(new MemoryStream(Encoding.ASCII.GetBytes(text)));

    static List<string> Read(string text)
    {
        using TraceTextReader reader = Open(text);
        List<string> all = SnapshotText.Of(reader);
        Assert.Null(reader.Damage);
        return all;
    }

    static RecordDamage Damaged(string text, params string[] whole)
    {
        using TraceTextReader reader = Open(text);
        Assert.Equal(whole, SnapshotText.Of(reader));
        Assert.NotNull(reader.Damage);
        Assert.DoesNotContain('\n', reader.Damage.ToString());
        return reader.Damage;
    }

    static string Line(string time, string fields) => $"kdamond.0  4452 [000] {time}: damon:damon_aggregated: {fields}\n";

    public static TheoryData<string> Layouts => new()
    {
        "       kdamond.0   760 [000]   397.181489: damon:damon_aggregated: target_id=7 nr_regions=1 4096-8192: 5 52\n",
        "kdamond.x xxxx xxxx 397.181489: damon:damon_aggregated: target_id=7 nr_regions=1 4096-8192: 5 52\n",
        "       kdamond.0-760   [000]   397.181489: damon_aggregated:     target_id=7 nr_regions=1 4096-8192: 5 52\n",
        "       kdamond.0-760   [000] .....   397.181489: damon_aggregated:     target_id=7 nr_regions=1 4096-8192: 5 52\n",
        "397181.489 kdamond.0/760 damon:damon_aggregated(target_id=7 nr_regions=1 4096-8192: 5 52)\n",
        "397181.489 kdamond.0/760 damon:damon_aggregated(target_id: 7, nr_regions: 1, start: 4096, end: 8192, nr_accesses: 5, age: 52)\n",
        "kdamond.0 760 [000] 397.181489: damon:damon_region_aggregated: target_id=7 nr_regions=1 4096-8192: 5 52 probe_hits=1,2\n",
        "kdamond.0 760 [000] 397.181489: damon:damon_aggregated: target_id=7 nr_regions=1 4096-8192: 5 52\r\n",
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_line_is_read_in_every_layout_of_the_tracers(string line) => Assert.Equal(["397181489000 [7 1000-2000:5/52]"], Read(line));

    [Fact]
    public void A_line_without_an_age_is_read() =>
        Assert.Equal(["1500000000 [18446623435582458880 1000-2000:5]"], Read(Line("1.500000", "target_id=18446623435582458880 nr_regions=1 4096-8192: 5")));

    [Theory]
    [InlineData("x")]
    [InlineData("None")]
    [InlineData("-1")]
    public void A_line_whose_age_is_no_number_is_read_without_it(string age) =>
        Assert.Equal(["1500000000 [0 1000-2000:5]"], Read(Line("1.500000", $"target_id=0 nr_regions=1 4096-8192: 5 {age}")));

    [Fact]
    public void A_time_goes_through_a_double_and_is_cut()
    {
        Random random = new(1);
        for (int i = 0; i < 2000; i++)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{random.NextInt64(0, 1L << random.Next(1, 33))}.{random.Next(1_000_000):000000}");
            long expected = (long)(double.Parse(text, CultureInfo.InvariantCulture) * 1e9);
            Assert.Equal([string.Create(CultureInfo.InvariantCulture, $"{expected} [0 1-2:0]")], Read(Line(text, "target_id=0 nr_regions=1 1-2: 0")));
        }
    }

    [Fact]
    public void A_snapshot_has_the_time_of_its_first_line_and_one_target() => Assert.Equal(
        ["1000000000 [0 1-2:0 2-3:1]", "1000002000 [1 8-9:4]", "2000000000 [0 1-3:0]"],
        Read(Line("1.000000", "target_id=0 nr_regions=2 1-2: 0") + Line("1.000001", "target_id=0 nr_regions=2 2-3: 1")
            + Line("1.000002", "target_id=1 nr_regions=1 8-9: 4") + Line("2.000000", "target_id=0 nr_regions=1 1-3: 0")));

    [Fact]
    public void Headers_and_other_events_are_skipped() => Assert.Equal(
        ["1000000000 [0 1-2:0 2-3:1]"],
        Read("# ========\n# captured on = today\ncpus=8\n\n" + Line("1.000000", "target_id=0 nr_regions=2 1-2: 0")
            + "kdamond.0 1 [000] 1.0: sched:sched_switch: prev_comm=x\nkdamond.0 1 [000] 1.0: damon:damos_esz: ctx_idx=0 scheme_idx=0 esz=5\n"
            + new string('y', 100_000) + "\n" + Line("1.000001", "target_id=0 nr_regions=2 2-3: 1")));

    [Fact]
    public void Events_of_schemes_are_series_of_their_own()
    {
        using TraceTextReader reader = Open(
            "kdamond.0 1 [000] 1.0: damon:damos_before_apply: ctx_idx=2 scheme_idx=3 target_idx=4 nr_regions=1 4096-8192: 5 52\n"
                + Line("0.5", "target_id=4 nr_regions=1 1-2: 0"));
        Snapshot snapshot = new();
        Assert.True(reader.Read(snapshot));
        Assert.Null(reader.Series.SchemeIndex);
        Assert.True(reader.Read(snapshot));
        Assert.Equal("1000000000 [4 1000-2000:5/52]", SnapshotText.Of(snapshot));
        Assert.Equal((2, 3), (reader.Series.ContextIndex, reader.Series.SchemeIndex));
    }

    [Fact]
    public void A_tuned_sampling_interval_holds_from_there_on()
    {
        using TraceTextReader reader = Open(
            Line("1.0", "target_id=0 nr_regions=1 1-2: 0") + "kdamond.0  4452 [000] 1.5: damon:damon_monitor_intervals_tune: sample_us=7000\n"
            + Line("2.0", "target_id=0 nr_regions=1 1-2: 0") + Line("3.0", "target_id=0 nr_regions=1 1-2: 0"));
        Snapshot snapshot = new();
        ulong?[] seen = new ulong?[3];
        for (int i = 0; i < seen.Length; i++)
        {
            Assert.True(reader.Read(snapshot));
            seen[i] = snapshot.SampleUs;
        }

        Assert.Equal([null, 7000, 7000], seen);
    }

    [Fact]
    public void The_made_up_snapshot_after_a_single_one_gives_its_length()
    {
        using TraceTextReader reader = Open(Line("1.0", "target_id=0 nr_regions=1 1-2: 0 3") + Line("1.25", "target_id=0 nr_regions=1 0-0: -1 -1"));
        Snapshot snapshot = new();
        Assert.True(reader.Read(snapshot));
        Assert.Equal(750_000_000, snapshot.StartNs);
        Assert.False(reader.Read(snapshot));
        Assert.Null(reader.Damage);
    }

    [Fact]
    public void Time_must_rise_within_a_target()
    {
        string text = Line("2.0", "target_id=0 nr_regions=1 1-2: 0") + Line("1.5", "target_id=1 nr_regions=1 1-2: 0");
        Assert.Equal(2, Read(text).Count);
        RecordDamage damage = Damaged(text + Line("1.9", "target_id=0 nr_regions=1 1-2: 0"), "2000000000 [0 1-2:0]", "1500000000 [1 1-2:0]");
        Assert.Equal((RecordDamageKind.Invalid, text.Length), (damage.Kind, damage.Offset));
        Assert.Contains("not sorted by time", damage.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("target_id=0 nr_regions=3 4-5: 0")]
    [InlineData("target_id=1 nr_regions=2 4-5: 0")]
    public void A_snapshot_that_lacks_lines_is_left_out(string next)
    {
        string rest = string.Concat(Enumerable.Repeat(Line("3.0", next), next.Contains('3', StringComparison.Ordinal) ? 3 : 2));
        string whole = Line("1.0", "target_id=0 nr_regions=1 1-2: 0");
        using TraceTextReader reader = Open(whole + Line("2.0", "target_id=0 nr_regions=2 1-2: 0") + rest);
        Assert.Equal(2, SnapshotText.Of(reader).Count);
        Assert.Equal((RecordDamageKind.Incomplete, whole.Length, 1), (reader.Damage!.Kind, reader.Damage.Offset, reader.Damage.Gaps));
    }

    [Fact]
    public void A_lost_line_does_not_shift_later_snapshots()
    {
        StringBuilder text = new();
        for (int i = 1; i <= 5; i++)
        {
            for (int r = 0; r < 4; r++)
            {
                if (i != 2 || r != 1)
                {
                    text.Append(Line($"{i}.00000{r}", $"target_id=0 nr_regions=4 {r}-{r + 1}: {i}"));
                }
            }
        }

        RecordDamage damage = Damaged(text.ToString(), [.. new[] { 1, 3, 4, 5 }.Select(i => $"{i}000000000 [0 0-1:{i} 1-2:{i} 2-3:{i} 3-4:{i}]")]);
        Assert.Equal(1, damage.Gaps);
    }

    [Theory]
    [InlineData("target_id=0 nr_regions=1 5-4: 0")]
    [InlineData("target_id=0 nr_regions=0 4-5: 0")]
    [InlineData("target_id=0 nr_regions=99999999999 4-5: 0")]
    [InlineData("target_id=0 nr_regions=1 4-99999999999999999999: 0")]
    [InlineData("target_id=99999999999999999999 nr_regions=1 4-5: 0")]
    [InlineData("target_id=0 nr_regions=1 4-5: 4294967296")]
    [InlineData("target_id=0 nr_regions=1 4-5: -2")]
    [InlineData("target_id=0 nr_regions=1 4-5: 0 4294967296")]
    [InlineData("target_id=0 nr_regions=1 4-5: 0 1 2")]
    [InlineData("target_id=0 nr_regions=1 4-5:")]
    [InlineData("target_id=")]
    public void Broken_lines_are_gaps(string fields)
    {
        RecordDamage damage = Damaged(
            Line("1.0", "target_id=0 nr_regions=1 1-2: 0") + Line("2.0", fields) + Line("3.0", "target_id=0 nr_regions=1 1-2: 0"),
            "1000000000 [0 1-2:0]",
            "3000000000 [0 1-2:0]");
        Assert.Equal((RecordDamageKind.Incomplete, 1), (damage.Kind, damage.Gaps));
    }

    [Fact]
    public void Genuine_output_of_perf_script_is_read_whole()
    {
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(GenuineRecord.Bytes(GenuineRecord.PerfOutput)));
        List<string> all = SnapshotText.Of(reader);
        Assert.Null(reader.Damage);
        Assert.Equal(RecordContent.TraceText, reader.Content);
        Assert.Equal(44, all.Count);
        Assert.StartsWith("397181489000 [0 400000-5dfe000:0/52 5dfe000-bbc1000:0/52 ", all[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GenuineRecord.PerfOutput)]
    [InlineData(GenuineRecord.PerfScript)]
    public void Lines_compared_and_lines_parsed_are_the_same(string name)
    {
        // A carriage return keeps a line from being compared with the one before it.
        string text = Encoding.ASCII.GetString(GenuineRecord.Bytes(name));
        Assert.Equal(Read(text), Read(text.Replace("\n", "\r\n", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("9", 9)]
    [InlineData("12345678", 12345678)]
    [InlineData("123456789", 123456789)]
    [InlineData("140731667070976", 140731667070976)]
    [InlineData("1234567890123456", 1234567890123456)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("00000000000000000000000012", 12)]
    public void Numbers_of_any_length_are_read_up_to_64_bits(string text, ulong expected)
    {
        foreach (string behind in (string[])["", " ", "-1", "/", ":", "\u007f", "                     ", "zzzzzzzzzzzzzzzzzzzzzzzz"])
        {
            int at = 1;
            Assert.True(AsciiNumber.TryRead(Encoding.ASCII.GetBytes("x" + text + behind), ref at, out ulong value));
            Assert.Equal((expected, text.Length + 1), (value, at));
        }
    }

    [Fact]
    public void Cut_at_every_offset_gives_only_whole_snapshots()
    {
        byte[] file = GenuineRecord.Bytes(GenuineRecord.PerfScript)[..9000];
        List<string> all = SnapshotText.Of(new TraceTextReader(new MemoryStream(file)));
        for (int length = 0; length < file.Length; length += length < 200 ? 1 : 13)
        {
            using TraceTextReader reader = new(new TrickleStream(file[..length], 700));
            List<string> some = SnapshotText.Of(reader);
            Assert.Equal(all.Take(some.Count), some);
            if (reader.Damage is { } damage)
            {
                Assert.Equal(RecordDamageKind.CutOff, damage.Kind);
                Assert.Equal(length - damage.Offset, damage.BytesLeft);
            }
        }
    }

    [Fact]
    public void Steady_reading_allocates_nothing()
    {
        StringBuilder text = new();
        for (int i = 0; i < 500; i++)
        {
            for (int r = 0; r < 20; r++)
            {
                text.Append(Line($"{i}.500000", $"target_id=0 nr_regions=20 {r * 4096}-{(r + 1) * 4096}: 3 {i}"));
            }
        }

        long allocated = Allocation.Least(() =>
        {
            using TraceTextReader reader = Open(text.ToString());
            Snapshot snapshot = new();
            for (int i = 0; i < 100; i++)
            {
                reader.Read(snapshot);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 400; i++)
            {
                Assert.True(reader.Read(snapshot));
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        Assert.InRange(allocated, 0, 2000);
    }
}
