using System.Text;
using System.Text.Json;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Binary;
using Damon.Records.Sidecar;
using Damon.Records.Streams;
using Damon.Tests.Shared;

namespace Damon.Tests.Records;

public sealed class SidecarTests
{
    static readonly RecordHeader s_header = new()
    {
        Tool = "damo",
        ToolVersion = "0.1.0",
        StartTime = new DateTime(2026, 4, 1, 12, 30, 0, DateTimeKind.Utc),
        StartNs = 9_007_199_254_740_993,
        HostName = "box",
        KernelRelease = "6.12.0",
        Architecture = "x86_64",
        PageSize = 4096,
        CommandLine = ["damo", "record", "sleep 5 \"quoted\""],
        Request = new RecordRequest
        {
            Command = "sleep 5",
            Pids = [1, 2],
            IncludeChildren = true,
            Regions = [new RecordRange { Start = 1, End = ulong.MaxValue }],
        },
        Backend = "engine",
        AccessCheck = new RecordAccessCheck { Name = "page-table", Granularity = "page", Notes = ["3 % of the pages cannot be cleared"] },
        AddressSpace = "vaddr",
        Intervals = new RecordIntervals { SampleUs = 5000, AggrUs = 100_000, UpdateUs = 1_000_000 },
        MinRegions = 10,
        MaxRegions = 1000,
    };

    static readonly RecordMapping[] s_mappings =
    [
        new() { Start = 0x5600_0000_0000, End = 0x5600_0000_2000, Perms = "r-xp", Offset = 0x1000, Name = "/usr/bin/sleep" },
        new() { Start = 0x7fff_ffff_0000, End = 0xffff_ffff_ff60_1000, Perms = "rw-p", Name = "[stack]" },
        new() { Start = 0x1000, End = 0x2000 },
    ];

    static Snapshot Aged(long timeNs, params int[] ages)
    {
        Snapshot snapshot = new();
        snapshot.Reset(timeNs);
        for (int i = 0; i < ages.Length; i++)
        {
            snapshot.AddTarget(i);
            snapshot.AddRegion(new SnapshotRegion((ulong)i, (ulong)i + 1, (uint)i, ages[i]));
        }

        return snapshot;
    }

    static string Lines(Action<SidecarWriter>? write = null, RecordHeader? header = null)
    {
        MemoryStream stream = new();
        using SidecarWriter writer = new(stream, header ?? new RecordHeader());
        write?.Invoke(writer);
        Assert.Equal(stream.Length, writer.WholeLength);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Tried_regions_read_back()
    {
        RecordTried written = new()
        {
            Scheme = 3,
            TimeNs = 9_007_199_254_740_993,
            Regions = [new RecordTriedRegion
            {
                TargetId = 77,
                Start = 0x5600_0000_0000,
                End = ulong.MaxValue,
                NrAccesses = 20,
                Age = uint.MaxValue,
                Applied = 4096,
                FilterPassed = 8192,
            }],
        };
        string text = Lines(writer => writer.WriteTried(written));
        using SidecarReader reader = new(Stream(text));
        Assert.True(reader.Read());
        Assert.Equal(SidecarEntryKinds.Tried, reader.Kind);
        Assert.Equal((written.Scheme, written.TimeNs), (reader.Tried!.Scheme, reader.Tried.TimeNs));
        Assert.Equal(written.Regions, reader.Tried.Regions);
        Assert.False(reader.Read());
        Assert.Null(reader.Problem);
        Assert.Null(SidecarReader.Load(Stream(text)).Problem);
    }

    static void Everything(SidecarWriter writer)
    {
        writer.WriteTarget(new RecordTarget { Id = 77, Comm = "sleep", Exe = "/usr/bin/sleep", CommandLine = ["sleep", "5"], FromNs = 5 });
        Assert.True(writer.WriteMappings(10, 77, s_mappings));
        Assert.False(writer.WriteMappings(20, 77, [.. s_mappings]));
        Assert.True(writer.WriteMappings(25, 78, s_mappings));
        writer.WriteAges(0, Aged(100, 1, -1, 300));
        Assert.True(writer.WriteMappings(30, 77, [.. s_mappings[..2], s_mappings[2] with { Name = "x" }]));
        writer.WriteStatus(new RecordSummary { Snapshots = 1 });
        writer.WriteTarget(new RecordTarget { Id = 18446623435582458880, FromNs = 6 });
        writer.WriteTarget(new RecordTarget { Id = 77, Comm = "slept", FromNs = 5, UntilNs = 50 });
        writer.WriteEnd(new RecordSummary
        {
            TimeNs = long.MaxValue,
            Snapshots = 2,
            EffectiveIntervals = new RecordIntervals { SampleUs = 5001.5, AggrUs = double.NaN },
            Overhead = new RecordOverhead
            {
                OwnCpuPercent = 0.75,
                CheckTimePercent = 0.5,
                ChecksPerSecond = 200_000,
                Samples = 1234,
                MissedTicks = 1,
                LateP99Us = 80,
                StretchFactor = 1,
            },
            Notes = ["note"],
            EndReason = "targets gone",
        });
    }

    [Fact]
    public void The_lines_of_a_sidecar_have_this_text()
    {
        string text = Lines(
            writer =>
            {
                writer.WriteTarget(new RecordTarget { Id = -1 });
                writer.WriteTarget(new RecordTarget { Id = 9_007_199_254_740_992 });
                writer.WriteTarget(new RecordTarget { Id = -9_007_199_254_740_992 });
                writer.WriteTarget(new RecordTarget { Id = -9_007_199_254_740_993 });
                writer.WriteMappings(7, 18446623435582458880, s_mappings[1..]);
                writer.WriteAges(3, Aged(9_007_199_254_740_993, 1, -1, 300));
                writer.WriteAges(4, Aged(5, -1, -1));
                writer.WriteEnd(new RecordSummary { Snapshots = 2, EndReason = "interrupted" });
            },
            new RecordHeader { Tool = "damo", StartTime = s_header.StartTime, StartNs = s_header.StartNs, Intervals = s_header.Intervals });
        Assert.Equal(
            """
            {"format":1,"tool":"damo","start_time":"2026-04-01T12:30:00Z","start_ns":"9007199254740993","intervals":{"sample_us":5000,"aggr_us":100000,"update_us":1000000}}
            {"target":{"id":-1}}
            {"target":{"id":9007199254740992}}
            {"target":{"id":-9007199254740992}}
            {"target":{"id":"-9007199254740993"}}
            {"mappings":{"time_ns":7,"target_id":"18446623435582458880","mappings":[{"start":"0x7fffffff0000","end":"0xffffffffff601000","perms":"rw-p","name":"[stack]"},{"start":"0x1000","end":"0x2000"}]}}
            {"ages":{"index":3,"time_ns":"9007199254740993","values":[1,-1,300]}}
            {"end":{"snapshots":2,"end_reason":"interrupted"}}

            """.ReplaceLineEndings("\n"),
            text);
    }

    [Fact]
    public void A_written_sidecar_reads_back()
    {
        RecordMetadata metadata = SidecarReader.Load(Stream(Lines(Everything, s_header)));
        Assert.Null(metadata.Problem);
        Assert.True(metadata.IsComplete);
        Assert.Equal(JsonSerializer.Serialize(s_header), JsonSerializer.Serialize(metadata.Header));
        Assert.Equal(DateTimeKind.Utc, metadata.Header?.StartTime?.Kind);
        Assert.Equal(
            ["77 slept /usr/bin/sleep sleep,5 50", "18446623435582458880    "],
            metadata.Targets.Select(t => $"{t.Id} {t.Comm} {t.Exe} {string.Join(',', t.CommandLine ?? [])} {t.UntilNs}"));
        Assert.Equal(["10 77", "25 78", "30 77"], metadata.Mappings.Select(m => $"{m.TimeNs} {m.TargetId}"));
        Assert.Equal(s_mappings, metadata.Mappings[0].Mappings);
        Assert.Equal("x", metadata.Mappings[2].Mappings[2].Name);
        Assert.Equal("targets gone", metadata.Summary?.EndReason);
        Assert.Equal(long.MaxValue, metadata.Summary?.TimeNs);
        Assert.Equal(double.NaN, metadata.Summary?.EffectiveIntervals?.AggrUs);
        Assert.Equal(5001.5, metadata.Summary?.EffectiveIntervals?.SampleUs);
        Assert.Equal(1234, metadata.Summary?.Overhead?.Samples);
    }

    [Fact]
    public void Mappings_of_a_target_that_ended_are_forgotten()
    {
        Lines(writer =>
        {
            Assert.True(writer.WriteMappings(1, 7, s_mappings));
            writer.WriteTarget(new RecordTarget { Id = 7, UntilNs = 2 });
            Assert.True(writer.WriteMappings(3, 7, s_mappings));
            Assert.True(writer.WriteMappings(4, 7, []));
            Assert.False(writer.WriteMappings(5, 7, []));
        });
    }

    [Fact]
    public void A_change_of_any_field_of_a_mapping_is_a_change() => Lines(writer =>
    {
        RecordMapping mapping = s_mappings[0];
        RecordMapping[] variants =
        [
            mapping, mapping with { Start = 1 }, mapping with { End = ulong.MaxValue }, mapping with { Perms = "rw-p" },
            mapping with { Offset = null }, mapping with { Offset = 0 }, mapping with { Name = null }, mapping with { Name = "" },
            mapping with { Name = "/usr/bin/sleeq" }, mapping with { Name = "/usr/bin/sleep " }, default,
        ];
        foreach (RecordMapping variant in variants)
        {
            Assert.True(writer.WriteMappings(1, 1, [variant]));
            Assert.False(writer.WriteMappings(1, 1, [variant]));
        }
    });

    [Fact]
    public void Cut_at_every_offset_keeps_the_whole_lines()
    {
        string text = Lines(Everything, s_header);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            byte[] part = bytes[..cut];
            int whole = part.Count(b => b == '\n');

            // A last line that lacks nothing but its line feed is whole.
            bool atEnd = cut == bytes.Length || bytes[cut] == '\n';
            int lines = whole + (atEnd && cut > 0 && bytes[cut - 1] != '\n' ? 1 : 0);
            using SidecarReader reader = new(new TrickleStream(part, 11));
            int read = reader.Header is null ? 0 : 1;
            while (reader.Read())
            {
                read++;
            }

            Assert.Equal(lines, read);
            bool clean = cut > 0 && (bytes[cut - 1] == '\n' || atEnd);
            Assert.Equal(clean, reader.Problem is null);

            RecordMetadata metadata = SidecarReader.Load(new MemoryStream(part));
            Assert.Equal(clean, metadata.Problem is null);
            Assert.Equal(cut >= bytes.Length - 1, metadata.IsComplete);
        }
    }

    [Fact]
    public void Unknown_fields_and_lines_are_skipped()
    {
        const string Text = """
            {"later":[1,2],"format":1,"tool":"x","intervals":{"unit":"us","sample_us":5}}

            {"colours":{"red":1}}
            {}
            {"target":{"id":"5","namespace":{"pid":4}}, "more":1}
            {"ages":{"scale":2,"index":"4","values":[],"time_ns":6}}
            """;
        RecordMetadata metadata = SidecarReader.Load(Stream(Text));
        Assert.Null(metadata.Problem);
        Assert.Equal("x", metadata.Header?.Tool);
        Assert.Equal(5, metadata.Header?.Intervals?.SampleUs);
        Assert.Equal(5, Assert.Single(metadata.Targets).Id);

        using SidecarReader reader = new(Stream(Text));
        Assert.True(reader.Read(SidecarEntryKinds.Ages));
        Assert.Equal((4, 6, 0), (reader.AgesIndex, reader.AgesTimeNs, reader.Ages.Length));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\n\n", "empty")]
    [InlineData("no json\n", "line 1 of the sidecar is not what was expected, near offset 1")]
    [InlineData("[]\n", "line 1 of the sidecar is not what was expected")]
    [InlineData("null\n", "format")]
    [InlineData("{}\n", "line 1")]
    [InlineData("{\"format\":2}\n", "format 2, known is 1")]
    [InlineData("{\"format\":2}\n{\"target\":{\"id\":1}}\n", "format 2, known is 1")]
    [InlineData("{\"format\":1,\"start_time\":\"yesterday\"}\n", "line 1")]
    [InlineData("{\"format\":1", "line 1 of the sidecar is cut off at offset 11")]
    [InlineData("{\"format\":1}\n[]\n{\"target\":{\"id\":1}}\n", "line 2")]
    [InlineData("{\"format\":1}\nno json\n", "line 2 of the sidecar is not what was expected, near offset 14;")]
    [InlineData("{\"format\":1}\n{\"ages\":{\"values\":[\"a\"]}}\n", "line 2 of the sidecar is not what was expected, near offset 13;", false)]
    [InlineData("{\"format\":1}\n{\"mappings\":{\"mappings\":[{\"start\":1.5}]}}\n", "near offset 38;")]
    [InlineData("{\"format\":1}\n{\"tried\":{\"regions\":null}}\n", "line 2", false)]
    [InlineData("{\"format\":1}\n{\"target\":5}\n", "line 2")]
    [InlineData("{\"format\":1}\n{\"target\":null}\n", "line 2")]
    [InlineData("{\"format\":1}\n{\"target\":{\"id\":1.5}}\n", "line 2")]
    [InlineData("{\"format\":1}\n{\"mappings\":{\"mappings\":null}}\n", "line 2")]
    [InlineData("{\"format\":1}\n{\"mappings\":{\"mappings\":[{\"start\":\"xyz\"}]}}\n", "line 2")]
    [InlineData("{\"format\":1}\n{\"mappings\":{\"mappings\":[{\"start\":\"0x11112222333344445\"}]}}\n", "line 2")]
    public void A_broken_sidecar_gives_one_line_and_never_throws(string text, string says, bool inLoad = true)
    {
        using SidecarReader reader = new(Stream(text));
        while (reader.Read())
        {
            Assert.Fail($"A line was read: {reader.Kind}");
        }

        Assert.Contains(says, reader.Problem, StringComparison.Ordinal);
        Assert.Equal(text.StartsWith("{\"format\":1}", StringComparison.Ordinal), reader.Header is not null);
        if (!inLoad)
        {
            // Load passes over these lines without parsing them.
            return;
        }

        RecordMetadata metadata = SidecarReader.Load(Stream(text));
        Assert.Contains(says, metadata.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', metadata.Problem!);
        Assert.Empty(metadata.Targets);
        Assert.False(metadata.IsComplete);
    }

    [Theory]
    [InlineData("{\"ages\":5}")]
    [InlineData("{\"ages\":{\"values\":5}}")]
    [InlineData("{\"ages\":{\"values\":[\"a\"]}}")]
    [InlineData("{\"ages\":{\"values\":[1e99]}}")]
    [InlineData("{\"ages\":{\"index\":[]}}")]
    [InlineData("{\"ages\":{\"index\":99999999999999999999}}")]
    public void Broken_ages_end_the_reading(string line)
    {
        using SidecarReader reader = new(Stream("{\"format\":1}\n" + line + "\n{\"target\":{}}\n"));
        Assert.False(reader.Read());
        Assert.Contains("line 2", reader.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_that_a_line_lacks_do_not_come_from_the_previous_line()
    {
        using SidecarReader reader = new(
            Stream("{\"format\":1}\n{\"ages\":{\"index\":3,\"time_ns\":4,\"values\":[5,6]}}\n{\"ages\":{}}\n{\"ages\":{\"index\":-9223372036854775808}}\n"));
        Assert.True(reader.Read());
        Assert.Equal((3, 4, 2), (reader.AgesIndex, reader.AgesTimeNs, reader.Ages.Length));
        Assert.True(reader.Read());
        Assert.Equal((-1, -1, 0), (reader.AgesIndex, reader.AgesTimeNs, reader.Ages.Length));
        Assert.True(reader.Read());
        Assert.Equal(long.MinValue, reader.AgesIndex);
        Assert.False(reader.Read());
        Assert.Equal(SidecarEntryKinds.None, reader.Kind);
    }

    [Fact]
    public void The_end_is_the_end_though_the_file_grows()
    {
        MemoryStream stream = new();
        stream.Write("{\"format\":1}\n"u8);
        stream.Position = 0;
        using SidecarReader reader = new(stream);
        Assert.False(reader.Read());
        stream.Write("{\"target\":{}}\n"u8);
        stream.Position -= 14;
        Assert.False(reader.Read());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_stream_is_disposed_unless_it_is_to_be_left_open(bool leaveOpen)
    {
        MemoryStream stream = Stream("{\"format\":1}\n");
        (leaveOpen ? new SidecarReader(stream, leaveOpen: true) : new SidecarReader(stream)).Dispose();
        Assert.Equal(leaveOpen, stream.CanRead);
    }

    [Fact]
    public void Long_lines_deep_nesting_and_random_bytes_are_bounded()
    {
        string endless = "{\"format\":1,\"tool\":\"" + new string('x', 17 * 1024 * 1024);
        Assert.Contains("longer than 16777216 bytes", SidecarReader.Load(Stream(endless)).Problem, StringComparison.Ordinal);

        string deep = "{\"format\":1}\n{\"target\":" + new string('[', 100_000) + "\n";
        Assert.Contains("line 2", SidecarReader.Load(Stream(deep)).Problem, StringComparison.Ordinal);

        Random random = new(11);
        byte[] good = Encoding.UTF8.GetBytes(Lines(Everything, s_header));
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = [.. good];
            for (int j = random.Next(1, 6); j > 0; j--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            using SidecarReader reader = new(new MemoryStream(bytes));
            while (reader.Read())
            {
            }

            SidecarReader.Load(new MemoryStream(bytes));
        }
    }

    [Fact]
    public void More_than_a_hundred_thousand_targets_are_not_used()
    {
        StringBuilder text = new("{\"format\":1}\n");
        for (int i = 0; i <= 100_000; i++)
        {
            text.Append("{\"target\":{\"id\":").Append(i).Append("}}\n");
        }

        RecordMetadata metadata = SidecarReader.Load(Stream(text.ToString()));
        Assert.Equal(100_000, metadata.Targets.Count);
        Assert.Equal("the sidecar names more than 100000 targets; the rest are not used", metadata.Problem);
    }

    [Fact]
    public void More_than_a_million_mappings_are_not_used()
    {
        // Each entry counts as one more.
        string many = "{\"mappings\":{\"mappings\":[" + string.Join(',', Enumerable.Repeat("{}", 999_998)) + "]}}\n";
        const string None = "{\"mappings\":{\"mappings\":[]}}\n";
        RecordMetadata full = SidecarReader.Load(Stream("{\"format\":1}\n" + many + None));
        Assert.Equal((2, null), (full.Mappings.Count, full.Problem));
        RecordMetadata overfull = SidecarReader.Load(Stream("{\"format\":1}\n" + many + None + None + "{\"target\":{}}\n"));
        Assert.Equal((2, 1), (overfull.Mappings.Count, overfull.Targets.Count));
        Assert.Equal("the sidecar holds more than 1000000 mappings; the rest are not used", overfull.Problem);
    }

    [Fact]
    public void Ages_complete_the_snapshots_they_belong_to()
    {
        Snapshot[] snapshots = [Aged(10, 1, 2), Aged(20, 3), Aged(30, -1), Aged(40, 0, 0, 7), Aged(50, 9)];
        MemoryStream record = new();
        MemoryStream sidecar = new();
        using (BinaryRecordWriter writer = new(record, leaveOpen: true))
        using (SidecarWriter meta = new(sidecar, new RecordHeader(), leaveOpen: true))
        {
            foreach (Snapshot snapshot in snapshots)
            {
                writer.Write(snapshot);
                meta.WriteStatus(new RecordSummary());
                if (snapshot.TimeNs != 50)
                {
                    meta.WriteAges(writer.Snapshots - 1, snapshot);
                }
            }
        }

        record.Position = sidecar.Position = 0;
        using IRecordReader reader = RecordReaders.WithAges(RecordReaders.Open(record), new SidecarReader(sidecar));
        Assert.Equal(
            ["10 [0 0-1:0/1] [1 1-2:1/2]", "20 [0 0-1:0/3]", "30 [0 0-1:0]", "40 [0 0-1:0/0] [1 1-2:1/0] [2 2-3:2/7]", "50 [0 0-1:0]"],
            SnapshotText.Of(reader));
    }

    [Fact]
    public void Accessed_bytes_come_back_with_the_snapshots_they_belong_to()
    {
        MemoryStream record = new();
        MemoryStream sidecar = new();
        using (BinaryRecordWriter writer = new(record, leaveOpen: true))
        using (SidecarWriter meta = new(sidecar, new RecordHeader(), leaveOpen: true))
        {
            for (int i = 0; i < 2; i++)
            {
                Snapshot snapshot = new();
                snapshot.Reset(10 + i);
                snapshot.AddTarget(1);
                snapshot.AddRegion(new SnapshotRegion(0, 10, 1, 5));
                snapshot.AddTarget(2);
                if (i == 1)
                {
                    snapshot.SetAccessedBytes(ulong.MaxValue);
                }

                snapshot.AddRegion(new SnapshotRegion(0, 10, 1, 5));
                writer.Write(snapshot);
                meta.WriteAges(i, snapshot);
            }
        }

        record.Position = 0;
        sidecar.Position = 0;
        using IRecordReader reader = RecordReaders.WithAges(RecordReaders.Open(record), new SidecarReader(sidecar));
        Snapshot read = new();
        Assert.True(reader.Read(read));
        Assert.Equal((null, null), (read[0].AccessedBytes, read[1].AccessedBytes));
        Assert.True(reader.Read(read));
        Assert.Equal((null, (ulong)long.MaxValue), (read[0].AccessedBytes, read[1].AccessedBytes));
    }

    [Fact]
    public void Ages_of_another_record_are_not_used()
    {
        MemoryStream record = new();
        using (BinaryRecordWriter writer = new(record, leaveOpen: true))
        {
            writer.Write(Aged(10, 0));
            writer.Write(Aged(20, 0));
        }

        string sidecar = Lines(writer =>
        {
            writer.WriteAges(0, Aged(11, 5));
            writer.WriteAges(1, Aged(20, 5, 6));
        });
        record.Position = 0;
        using (IRecordReader reader = RecordReaders.WithAges(RecordReaders.Open(record, leaveOpen: true), new SidecarReader(Stream(sidecar))))
        {
            Assert.Equal(["10 [0 0-1:0]", "20 [0 0-1:0]"], SnapshotText.Of(reader));
        }

        // The right time at another place is no better.
        record.Position = 0;
        using IRecordReader later = RecordReaders.WithAges(
            RecordReaders.Open(record),
            new SidecarReader(Stream(Lines(writer => writer.WriteAges(1, Aged(10, 5))))));
        Assert.Equal(["10 [0 0-1:0]", "20 [0 0-1:0]"], SnapshotText.Of(later));
    }

    [Fact]
    public void A_record_with_ages_disposes_both_streams()
    {
        MemoryStream record = new(new RecordBytes().Header(1).ToArray());
        MemoryStream sidecar = Stream("{\"format\":1}\n");
        RecordReaders.WithAges(RecordReaders.Open(record), new SidecarReader(sidecar)).Dispose();
        Assert.False(record.CanRead);
        Assert.False(sidecar.CanRead);
    }

    [Fact]
    public void Ages_are_written_in_one_write_without_allocating()
    {
        using CountingStream stream = new();
        stream.Capacity = 1 << 20;
        using SidecarWriter writer = new(stream, s_header);
        Snapshot snapshot = Aged(1, [.. Enumerable.Range(0, 1000)]);
        writer.WriteAges(0, snapshot);
        int writes = 0;
        Assert.Equal(0, Allocation.Of(() =>
        {
            stream.SetLength(0);
            writes = stream.Writes;
            for (int i = 1; i <= 100; i++)
            {
                writer.WriteAges(i, snapshot);
            }
        }));
        Assert.Equal(writes + 100, stream.Writes);
        Assert.Equal(stream.Writes, stream.Flushes);
    }

    [Fact]
    public void A_line_that_no_reader_would_take_is_left_out()
    {
        string text = Lines(writer =>
        {
            Assert.False(writer.WriteMappings(1, 1, [new RecordMapping { Name = new string('x', 17_000_000) }]));
            Assert.Equal(1, writer.LinesLeftOut);
            writer.WriteEnd(new RecordSummary());
        });
        Assert.Null(SidecarReader.Load(Stream(text)).Problem);
    }

    [Fact]
    public void A_full_disk_is_mended_as_for_the_record()
    {
        using CountingStream stream = new();
        using SidecarWriter writer = new(stream, new RecordHeader());
        long whole = stream.Length;
        stream.Full = whole + 5;
        Assert.Throws<IOException>(() => writer.WriteEnd(new RecordSummary()));
        Assert.True(writer.TruncateToWhole());
        Assert.Equal(whole, stream.Length);
        stream.Full = long.MaxValue;
        writer.WriteEnd(new RecordSummary());
        Assert.True(SidecarReader.Load(new MemoryStream(stream.ToArray())).IsComplete);
    }

    [Fact]
    public void A_report_of_one_target_keeps_its_last_mappings_only()
    {
        MemoryStream stream = new();
        using (SidecarWriter writer = new(stream, new RecordHeader(), leaveOpen: true))
        {
            for (int i = 0; i < 5; i++)
            {
                foreach (int target in (int[])[7, 8])
                {
                    writer.WriteMappings(i * 100, target, [new RecordMapping { Start = 4096, End = 8192 + (ulong)i, Name = "/bin/x" }]);
                }
            }
        }

        byte[] sidecar = stream.ToArray();
        Assert.Empty(SidecarReader.Load(new MemoryStream(sidecar), null, long.MaxValue).Mappings);
        RecordMappings kept = Assert.Single(SidecarReader.Load(new MemoryStream(sidecar), 8, 250).Mappings);
        Assert.Equal((8, 200, 8194UL), (kept.TargetId, kept.TimeNs, kept.Mappings[0].End));
        IReadOnlyList<RecordMappings> all = SidecarReader.Load(new MemoryStream(sidecar)).Mappings;
        Assert.Equal(10, all.Count);
        Assert.All(all, mappings => Assert.Same(all[0].Mappings[0].Name, mappings.Mappings[0].Name));
    }
}
