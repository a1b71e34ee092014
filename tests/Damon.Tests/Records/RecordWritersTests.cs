using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsCheck;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records;
using Damon.Records.Json;
using Damon.Records.Streams;

namespace Damon.Tests.Records;

public sealed class RecordWritersTests
{
    static byte[] Convert(byte[] record, RecordFormat format, RecordWriterOptions? options = null)
    {
        MemoryStream output = new();
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(record));
        using IRecordWriter writer = RecordWriters.Create(format, output, (options ?? new RecordWriterOptions()) with { LeaveOpen = true });
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            writer.Write(snapshot, reader.Series);
        }

        Assert.Null(reader.Damage);
        writer.Complete();
        writer.Dispose();
        return output.ToArray();
    }

    static byte[] Inflate(byte[] compressed)
    {
        using ZLibStream stream = new(new MemoryStream(compressed), CompressionMode.Decompress);
        using MemoryStream text = new();
        stream.CopyTo(text);
        return text.ToArray();
    }

    static List<string> Snapshots(byte[] record)
    {
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(record));
        List<string> all = SnapshotText.Of(reader);
        Assert.Null(reader.Damage);
        return all;
    }

    [Fact]
    public void A_genuine_json_record_comes_out_as_it_went_in() =>
        Assert.Equal(GenuineRecord.Bytes(GenuineRecord.Json), Convert(GenuineRecord.Bytes(GenuineRecord.Json), RecordFormat.Json));

    [Fact]
    public void A_genuine_compressed_record_comes_out_as_it_went_in()
    {
        byte[] genuine = GenuineRecord.Bytes(GenuineRecord.JsonCompressed);
        byte[] written = Convert(genuine, RecordFormat.JsonCompressed);
        Assert.Equal([0x78, 0x9c], written[..2]);
        Assert.Equal(Inflate(genuine), Inflate(written));
    }

    [Fact]
    public void A_genuine_perf_script_record_comes_out_as_it_went_in() =>
        Assert.Equal(GenuineRecord.Bytes(GenuineRecord.PerfScript), Convert(GenuineRecord.Bytes(GenuineRecord.PerfScript), RecordFormat.PerfScript));

    [Fact]
    public void Text_becomes_the_json_that_damo_made_of_it()
    {
        // The genuine records differ in nothing but what JSON adds: made from JSON, text gives the same JSON again.
        byte[] json = GenuineRecord.Bytes(GenuineRecord.Json);
        byte[] text = Convert(json, RecordFormat.PerfScript);
        RecordWriterOptions options = new() { Intervals = new RecordIntervals { SampleUs = 5000, AggrUs = 100_000, UpdateUs = 1_000_000 } };
        Assert.Equal(Encoding.ASCII.GetString(json), Encoding.ASCII.GetString(Convert(text, RecordFormat.Json, options)));
    }

    [Fact]
    public void Text_of_many_regions_at_time_zero_is_whole()
    {
        Snapshot snapshot = new();
        snapshot.Reset(0);
        snapshot.AddTarget(ulong.MaxValue);
        for (ulong i = 0; i < 5000; i++)
        {
            snapshot.AddRegion(new SnapshotRegion(ulong.MaxValue - 6000 + i, ulong.MaxValue - 5999 + i, uint.MaxValue, int.MaxValue));
        }

        MemoryStream output = new();
        using (IRecordWriter writer = RecordWriters.Create(RecordFormat.PerfScript, output, new RecordWriterOptions { LeaveOpen = true }))
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            writer.Write(snapshot);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
            writer.Complete();
            Assert.Equal(1, writer.Snapshots);
        }

        output.Position = 0;
        using IRecordReader reader = RecordReaders.Open(output);
        Snapshot read = new();
        Assert.True(reader.Read(read));
        Assert.Equal(0, read.TimeNs);
        Assert.Equal(snapshot[0].Regions.ToArray(), read[0].Regions.ToArray());
    }

    [Fact]
    public void A_single_snapshot_keeps_its_length_in_text()
    {
        Snapshot snapshot = new();
        snapshot.Reset(2_000_000_000);
        snapshot.StartNs = 1_250_000_000;
        snapshot.AddTarget(3);
        snapshot.AddRegion(new SnapshotRegion(4096, 8192, 5, SnapshotRegion.UnknownAge));
        MemoryStream output = new();
        using (IRecordWriter writer = RecordWriters.Create(RecordFormat.PerfScript, output, new RecordWriterOptions { LeaveOpen = true }))
        {
            writer.Write(snapshot);
            writer.Complete();
        }

        Assert.Equal(
            "kdamond.x xxxx xxxx 2.000000: damon:damon_aggregated: target_id=3 nr_regions=1 4096-8192: 5 None\n"
            + "kdamond.x xxxx xxxx 2.750000: damon:damon_aggregated: target_id=3 nr_regions=1 0-0: -1 -1\n",
            Encoding.ASCII.GetString(output.ToArray()));
        output.Position = 0;
        using IRecordReader reader = RecordReaders.Open(output);
        Snapshot read = new();
        Assert.True(reader.Read(read));
        Assert.Equal(1_250_000_000, read.StartNs);
        Assert.False(reader.Read(read));
    }

    /// <summary>What text holds of a single target that began at a time and has a region.</summary>
    static string[] TextLines(long startNs, long timeNs)
    {
        Snapshot snapshot = new();
        snapshot.Reset(timeNs);
        snapshot.StartNs = startNs;
        snapshot.AddTarget(3);
        snapshot.AddRegion(new SnapshotRegion(4096, 8192, 5, 7));
        MemoryStream output = new();
        using IRecordWriter writer = RecordWriters.Create(RecordFormat.PerfScript, output);
        writer.Write(snapshot);
        writer.Complete();
        return Encoding.ASCII.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public void A_single_snapshot_of_no_length_is_followed_by_one_at_the_same_time_in_text() =>
        Assert.Equal(
            [
                "kdamond.x xxxx xxxx 2.000000: damon:damon_aggregated: target_id=3 nr_regions=1 4096-8192: 5 7",
                "kdamond.x xxxx xxxx 2.000000: damon:damon_aggregated: target_id=3 nr_regions=1 0-0: -1 -1",
            ],
            TextLines(2_000_000_000, 2_000_000_000));

    [Fact]
    public void The_length_of_a_single_snapshot_is_written_as_far_as_times_reach()
    {
        // The time that tells the length is as far behind the end as the start is before it.
        const long End = long.MaxValue - 1_000_000_000;
        Assert.Equal(
            "kdamond.x xxxx xxxx 9223372036.854776: damon:damon_aggregated: target_id=3 nr_regions=1 0-0: -1 -1",
            TextLines(End - 1_000_000_000, End)[1]);
        Assert.Single(TextLines(End - 1_000_000_001, End));
        Assert.Single(TextLines(End + 1, End));
    }

    [Fact]
    public void Trace_text_keeps_the_lengths_of_single_snapshots_for_up_to_MaxSeries_targets()
    {
        Snapshot snapshot = new();
        snapshot.Reset(2);
        snapshot.StartNs = 1;
        for (int target = 0; target <= RecordTimes.MaxSeries; target++)
        {
            snapshot.AddTarget(target);
            snapshot.AddRegion(new SnapshotRegion(4096, 8192, 5, 7));
        }

        CountingStream output = new();
        using IRecordWriter writer = RecordWriters.Create(RecordFormat.PerfScript, output);
        writer.Write(snapshot);
        Assert.Equal(1, output.Writes);
        writer.Complete();
        Assert.Equal(1 + RecordTimes.MaxSeries, output.Writes);
    }

    [Fact]
    public void Text_is_not_written_where_there_is_no_region()
    {
        Snapshot snapshot = new();
        snapshot.Reset(1);
        snapshot.StartNs = 0;
        snapshot.AddTarget(3);
        CountingStream output = new();
        using IRecordWriter writer = RecordWriters.Create(RecordFormat.PerfScript, output);
        writer.Write(snapshot);
        writer.Complete();
        Assert.Equal((0, 0), (output.Writes, output.Flushes));
        Assert.Equal(1, writer.Snapshots);
    }

    [Theory]
    [InlineData(RecordFormat.Binary)]
    [InlineData(RecordFormat.PerfScript)]
    [InlineData(RecordFormat.Json)]
    [InlineData(RecordFormat.JsonCompressed)]
    public void Snapshots_are_counted_and_those_of_no_time_refused(RecordFormat format)
    {
        MemoryStream output = new();
        Snapshot snapshot = new();
        using (IRecordWriter writer = RecordWriters.Create(format, output, new RecordWriterOptions { LeaveOpen = true }))
        {
            Assert.Throws<ArgumentNullException>(() => writer.Write(null!));
            snapshot.Reset(-1);
            snapshot.AddTarget(3);
            snapshot.AddRegion(new SnapshotRegion(4096, 8192, 5, 7));
            Assert.Equal(
                "A snapshot time of -1 ns cannot be recorded; it must be 0 or more.",
                Assert.Throws<RecordFormatException>(() => writer.Write(snapshot)).Message);
            snapshot.TimeNs = 0;
            writer.Write(snapshot);
            snapshot.TimeNs = 1_000_000;
            writer.Write(snapshot);
            Assert.Equal(2, writer.Snapshots);
            writer.Complete();
        }

        Assert.Equal([0, 1_000_000], ReadAll(output.ToArray()).Select(read => read.TimeNs));
    }

    [Theory]
    [InlineData(RecordFormat.Binary)]
    [InlineData(RecordFormat.PerfScript)]
    [InlineData(RecordFormat.Json)]
    [InlineData(RecordFormat.JsonCompressed)]
    public void The_stream_outlives_the_writer_only_where_asked(RecordFormat format)
    {
        foreach (bool leaveOpen in (bool[])[false, true])
        {
            MemoryStream output = new();
            using (IRecordWriter writer = RecordWriters.Create(format, output, new RecordWriterOptions { LeaveOpen = leaveOpen }))
            {
                writer.Complete();
            }

            Assert.Equal(leaveOpen, output.CanWrite);
        }
    }

    [Fact]
    public void Json_that_could_not_be_written_is_not_cut_back()
    {
        using IRecordWriter writer = RecordWriters.Create(RecordFormat.Json, new CountingStream(full: 1));
        Assert.Throws<IOException>(writer.Complete);
        Assert.False(writer.TruncateToWhole());
    }

    [Fact]
    public void Filtered_bytes_go_to_the_regions_of_their_target()
    {
        Snapshot snapshot = new();
        snapshot.Reset(1);
        ulong passed = 0;
        foreach (int regions in (int[])[1, 2, 1])
        {
            snapshot.AddTarget(passed);
            for (int i = 0; i < regions; i++)
            {
                snapshot.AddRegion(new SnapshotRegion(4096, 8192, 5, 7));
                snapshot.SetFilterPassed(++passed);
            }
        }

        MemoryStream output = new();
        using IRecordWriter writer = RecordWriters.Create(RecordFormat.Json, output);
        writer.Write(snapshot);
        writer.Complete();
        Assert.Equal([[1], [2, 3], [4]], ReadAll(output.ToArray()).Select(read => read.FilterPassed.ToArray()));
    }

    [Fact]
    public void Json_holds_all_that_snapshots_carry()
    {
        string json =
            """
            [
                {
                    "kdamond_idx": 1,
                    "context_idx": 2,
                    "intervals": {
                        "sample_us": "5000",
                        "aggr_us": "100000",
                        "ops_update_us": "1000000",
                        "intervals_goal": {
                            "access_bp": "400.500000",
                            "aggrs": "3",
                            "min_sample_us": "5000",
                            "max_sample_us": "10000000"
                        }
                    },
                    "scheme_idx": 3,
                    "target_id": null,
                    "scheme_filters": [
                        {
                            "filter_type": "anon"
                        }
                    ],
                    "snapshots": [
                        {
                            "start_time": null,
                            "end_time": "9007199254740993",
                            "regions": [],
                            "total_bytes": "0",
                            "damos_stats": {
                                "nr_tried": "1",
                                "sz_tried": "2",
                                "nr_applied": "3",
                                "sz_applied": "4",
                                "sz_ops_filter_passed": "5",
                                "qt_exceeds": "6",
                                "nr_snapshots": "7",
                                "max_nr_snapshots": "18446744073709551615"
                            },
                            "sample_interval_us": "7000"
                        }
                    ],
                    "data_source": "damon_stat"
                },
                {
                    "kdamond_idx": null,
                    "context_idx": null,
                    "intervals": null,
                    "scheme_idx": null,
                    "target_id": 18446623438842320000,
                    "scheme_filters": [],
                    "snapshots": [
                        {
                            "start_time": "-5",
                            "end_time": "5",
                            "regions": [
                                {
                                    "start": "0",
                                    "end": "18,446,744,073,709,551,615",
                                    "nr_accesses": {
                                        "samples": 4294967295,
                                        "percent": null
                                    },
                                    "age": {
                                        "usec": null,
                                        "aggr_intervals": null
                                    },
                                    "probe_hits": [],
                                    "sz_filter_passed": "1024 B"
                                },
                                {
                                    "start": "0",
                                    "end": "0",
                                    "nr_accesses": {
                                        "samples": 0,
                                        "percent": null
                                    },
                                    "age": {
                                        "usec": null,
                                        "aggr_intervals": "1,234"
                                    },
                                    "probe_hits": [],
                                    "sz_filter_passed": "1.062 KiB"
                                }
                            ],
                            "total_bytes": "18446744073709551615",
                            "damos_stats": null,
                            "sample_interval_us": null
                        }
                    ],
                    "data_source": "unknown"
                }
            ]
            """.ReplaceLineEndings("\n");
        Assert.Equal(json, Encoding.ASCII.GetString(Convert(Encoding.ASCII.GetBytes(json), RecordFormat.Json)));
    }

    [Fact]
    public void Intervals_of_which_only_some_are_known_have_zeros()
    {
        byte[] text = Convert(GenuineRecord.Bytes(GenuineRecord.Json), RecordFormat.PerfScript);
        Assert.Equal(["0", "100000", "0"], Written(new RecordIntervals { AggrUs = 100_000 }));
        Assert.Equal(["5000", "0", "0"], Written(new RecordIntervals { SampleUs = 5000 }));

        IEnumerable<string?> Written(RecordIntervals known)
        {
            string json = Encoding.ASCII.GetString(Convert(text, RecordFormat.Json, new RecordWriterOptions { Intervals = known }));
            using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(json);
            System.Text.Json.JsonElement intervals = document.RootElement[0].GetProperty("intervals");
            return new[] { "sample_us", "aggr_us", "ops_update_us" }.Select(name => intervals.GetProperty(name).GetString()).ToList();
        }
    }

    [Fact]
    public void A_record_without_snapshots_is_an_empty_array() =>
        Assert.Equal("[]", Encoding.ASCII.GetString(Convert(new RecordBytes().Header(1).ToArray(), RecordFormat.Json)));

    [Fact]
    public void Start_times_are_those_of_the_tools()
    {
        // The genuine file was made from a trace: its first start is the mean of all, cut.
        byte[] text = Convert(GenuineRecord.Bytes(GenuineRecord.JsonCompressed), RecordFormat.PerfScript);
        using IRecordReader once = RecordReaders.Open(new MemoryStream(text));
        RecordTimes times = RecordTimes.Scan(once);
        Assert.Equal(24, times.Snapshots);
        using IRecordReader twice = RecordReaders.WithStartTimes(RecordReaders.Open(new MemoryStream(text)), times);
        using IRecordReader genuine = RecordReaders.Open(new MemoryStream(GenuineRecord.Bytes(GenuineRecord.JsonCompressed)));
        Snapshot ours = new();
        Snapshot theirs = new();
        while (genuine.Read(theirs))
        {
            Assert.True(twice.Read(ours));
            Assert.Equal(theirs.StartNs, ours.StartNs);
        }
    }

    [Fact]
    public void Series_that_a_format_cannot_tell_apart_are_refused()
    {
        foreach (RecordFormat format in (RecordFormat[])[RecordFormat.Binary, RecordFormat.PerfScript])
        {
            using IRecordWriter writer = RecordWriters.Create(format, new MemoryStream());
            Snapshot snapshot = new();
            snapshot.Reset(1);
            snapshot.AddTarget(1);
            writer.Write(snapshot, new RecordSeries { TargetId = 1, SchemeIndex = 0 });
            writer.Write(snapshot, new RecordSeries { TargetId = 2, SchemeIndex = 0 });
            Assert.Throws<RecordFormatException>(() => writer.Write(snapshot, new RecordSeries { TargetId = 1, SchemeIndex = 1 }));
        }
    }

    static readonly Gen<Snapshot[]> s_record =
        from count in Gen.Int[1, 12]
        from targets in Gen.Int[1, 4]
        from seed in Gen.Int
        select Random(count, targets, new Random(seed));

    static Snapshot[] Random(int count, int targets, Random random)
    {
        Snapshot[] all = new Snapshot[count];
        long ns = random.NextInt64(0, 1L << random.Next(20, 50)) / 1000 * 1000;
        for (int i = 0; i < count; i++)
        {
            Snapshot snapshot = all[i] = new Snapshot();
            ns += random.Next(1, 1_000_000) * 1000L;
            snapshot.Reset(ns);
            for (int t = 0; t < targets; t++)
            {
                snapshot.AddTarget(t);
                ulong at = 0;
                for (int r = random.Next(1, 6); r > 0; r--)
                {
                    at += (ulong)random.NextInt64(1L << random.Next(1, 60));
                    ulong end = at + (ulong)random.NextInt64(1, 1L << random.Next(1, 60));
                    snapshot.AddRegion(
                        new SnapshotRegion(at, end, (uint)random.NextInt64(0, 1L << random.Next(0, 33)), random.Next(-1, 1 << random.Next(0, 31))));
                    at = end;
                }
            }
        }

        return all;
    }

    /// <summary>One line per target and snapshot, whatever order the format has, with what all formats hold.</summary>
    static List<string> Lines(IEnumerable<Snapshot> snapshots, bool withAges, bool isMicroseconds)
    {
        List<string> lines = [];
        foreach (Snapshot snapshot in snapshots)
        {
            for (int t = 0; t < snapshot.NrTargets; t++)
            {
                // Text goes through a double, there and back.
                long time = isMicroseconds ? (snapshot.TimeNs + 500) / 1000 : snapshot.TimeNs;
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{snapshot[t].Id} {time:00000000000000000000} ")
                    + string.Join(' ', snapshot[t].Regions.ToArray().Select(r => $"{r.Start}-{r.End}:{r.NrAccesses}/{(withAges ? r.Age : 0)}")));
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    static List<Snapshot> ReadAll(byte[] record)
    {
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(record));
        List<Snapshot> all = [];
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            all.Add(snapshot.Clone());
        }

        Assert.Null(reader.Damage);
        return all;
    }

    [Fact]
    public void Round_trips_between_all_formats() => s_record.Sample(
        snapshots =>
        {
            MemoryStream first = new();
            using (IRecordWriter writer = RecordWriters.Create(RecordFormat.Json, first, new RecordWriterOptions { LeaveOpen = true }))
            {
                foreach (Snapshot snapshot in snapshots)
                {
                    writer.Write(snapshot);
                }

                writer.Complete();
            }

            byte[] json = first.ToArray();
            Assert.Equal(Lines(snapshots, true, false), Lines(ReadAll(json), true, false));
            Assert.Equal(Lines(snapshots, true, false), Lines(ReadAll(Convert(json, RecordFormat.JsonCompressed)), true, false));
            byte[] text = Convert(json, RecordFormat.PerfScript);
            Assert.Equal(Lines(snapshots, true, true), Lines(ReadAll(text), true, true));
            foreach (int version in (int[])[0, 1, 2])
            {
                byte[] binary = Convert(json, RecordFormat.Binary, new RecordWriterOptions { BinaryVersion = version });
                Assert.Equal(Lines(snapshots, false, false), Lines(ReadAll(binary), false, false));
            }
        },
        iter: 300);

    [Fact]
    public void A_spool_larger_than_memory_gives_back_what_it_got()
    {
        // 40 targets, 30 MB in all: every series has several chunks in the file.
        MemoryStream output = new();
        Snapshot snapshot = new();
        using (JsonRecordWriter writer = new(output, leaveOpen: true))
        {
            for (int i = 0; i < 100; i++)
            {
                snapshot.Reset((i + 1) * 1_000_000L);
                for (int t = 0; t < 40; t++)
                {
                    snapshot.AddTarget(t);
                    for (int r = 0; r < 300; r++)
                    {
                        snapshot.AddRegion(new SnapshotRegion((ulong)r, (ulong)r + 1, (uint)i, t));
                    }
                }

                writer.Write(snapshot);
            }

            writer.Complete();
        }

        output.Position = 0;
        using IRecordReader reader = RecordReaders.Open(output);
        for (int t = 0; t < 40; t++)
        {
            for (int i = 0; i < 100; i++)
            {
                Assert.True(reader.Read(snapshot));
                Assert.Equal(
                    (t, (i + 1) * 1_000_000L, 300, (uint)i),
                    ((int)snapshot[0].Id, snapshot.TimeNs, snapshot.NrRegions, snapshot[0].Regions[299].NrAccesses));
            }
        }

        Assert.False(reader.Read(snapshot));
        Assert.Null(reader.Damage);
    }

    [Fact]
    public void Decimals_are_rounded_as_c_does()
    {
        // Halves that are exact go to the even digit; all else is nearest to the double, not to what was meant.
        Assert.Equal<(UInt128, UInt128, UInt128)>(
            (7812, 1062, 2),
            (FixedDecimal.Round(0.0078125, 1_000_000), FixedDecimal.Round(1.0625, 1000), FixedDecimal.Round(1.5, 1)));
        Assert.Equal<(UInt128, UInt128, UInt128)>(
            (0, 1, 423846313),
            (FixedDecimal.Round(1e-300, 1000), FixedDecimal.Round(1, 1), FixedDecimal.Round(423.846313, 1_000_000)));
        Assert.Equal<(UInt128, UInt128, UInt128)>(
            (2251799813685248, 2251799813685250, 1ul << 62),
            (FixedDecimal.Round(2251799813685248.5, 1), FixedDecimal.Round(2251799813685249.5, 1), FixedDecimal.Round(1ul << 62, 1)));
        Random random = new(3);
        for (int i = 0; i < 10_000; i++)
        {
            double value = random.NextInt64(1L << random.Next(1, 62)) / 1e9;
            // All digits of the double, rounded by hand.
            string[] digits = value.ToString("F100", CultureInfo.InvariantCulture).Split('.');
            ulong whole = ulong.Parse(digits[0] + digits[1][..6], CultureInfo.InvariantCulture);
            int half = string.CompareOrdinal(digits[1][6..], "5".PadRight(94, '0'));
            Assert.Equal(whole + (half > 0 || (half == 0 && whole % 2 == 1) ? 1UL : 0), FixedDecimal.Round(value, 1_000_000));
        }
    }

    [Fact]
    public void Snapshots_of_no_target_leave_nothing() =>
        Assert.Empty(Snapshots(Convert(new RecordBytes().Header(1).Time(1, 0, 0).ToArray(), RecordFormat.Json)));
}
