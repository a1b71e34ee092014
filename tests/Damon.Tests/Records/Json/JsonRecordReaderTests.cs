using System.Globalization;
using System.IO.Compression;
using System.Text;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records;
using Damon.Records.Json;
using Damon.Records.Streams;

namespace Damon.Tests.Records.Json;

public sealed class JsonRecordReaderTests
{
    const string Intervals = """{"sample_us":"5 ms","aggr_us":"100,000","ops_update_us":"1 s"}""";

    static JsonRecordReader Open(string json) => new(new RecordInput(new MemoryStream(Encoding.UTF8.GetBytes(json))));

    static string Region(string nrAccesses = """{"samples":3,"percent":null}""", string age = """{"usec":null,"aggr_intervals":"1,234"}""", string more = "") =>
        $$"""{"start":"4,096","end":"8 KiB","nr_accesses":{{nrAccesses}},"age":{{age}}{{more}}}""";

    static string Record(string regions, string target = "7", string intervals = Intervals, string more = "") =>
        $$"""[{"kdamond_idx":null,"context_idx":0,"intervals":{{intervals}},"scheme_idx":null,"target_id":{{target}},"snapshots":[{"start_time":"5","end_time":"1000000000","regions":[{{regions}}]{{more}}}]}]""";

    static byte[] Gzip(byte[] data)
    {
        MemoryStream compressed = new();
        using (GZipStream stream = new(compressed, CompressionLevel.Fastest))
        {
            stream.Write(data);
        }

        return compressed.ToArray();
    }

    static List<string> Read(string json)
    {
        using JsonRecordReader reader = Open(json);
        List<string> all = SnapshotText.Of(reader);
        Assert.Null(reader.Damage);
        return all;
    }

    static Snapshot ReadOne(string json)
    {
        using JsonRecordReader reader = Open(json);
        Snapshot snapshot = new();
        Assert.True(reader.Read(snapshot), reader.Damage?.ToString());
        return snapshot;
    }

    [Theory]
    [InlineData(GenuineRecord.Json, 6, "162903317000 [0 400000-121d000:0/633 121d000-202f000:0/764 ")]
    [InlineData(GenuineRecord.JsonCompressed, 24, "49358675000 [0 400000-6604000:0/86 6604000-c713000:0/86 ")]
    public void A_genuine_json_record_is_read_with_its_intervals(string name, int snapshots, string first)
    {
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(GenuineRecord.Bytes(name)));
        Snapshot snapshot = new();
        Assert.True(reader.Read(snapshot));
        Assert.Equal(new RecordIntervals { SampleUs = 5000, AggrUs = 100_000, UpdateUs = 1_000_000 }, reader.Series.Intervals);
        Assert.Equal(new RecordIntervalsGoal(), reader.Series.IntervalsGoal);
        Assert.Null(reader.Series.KdamondIndex);
        Assert.StartsWith(first, SnapshotText.Of(snapshot), StringComparison.Ordinal);
        Assert.NotNull(snapshot.StartNs);
        Assert.Equal(snapshots - 1, SnapshotText.Of(reader).Count);
        Assert.Null(reader.Damage);
        Assert.Equal("unknown", reader.Series.DataSource);
    }

    [Fact]
    public void The_parser_and_the_layout_agree()
    {
        string text = Encoding.UTF8.GetString(GenuineRecord.Bytes(GenuineRecord.Json));
        string compact = System.Text.Json.Nodes.JsonNode.Parse(text)!.ToJsonString();
        Assert.Equal(Read(text), Read(compact));
        Assert.Equal(Read(text), Read(text.Replace("\n", "\r\n", StringComparison.Ordinal)));
    }

    [Fact]
    public void Genuine_regions_are_in_the_layout_that_is_fast()
    {
        ReadOnlySpan<byte> text = GenuineRecord.Bytes(GenuineRecord.Json);
        int count = 0;
        for (int at; (at = text.IndexOf("{\n                        \"start\""u8)) >= 0; count++)
        {
            text = text[at..];
            int length = JsonRegionLayout.TryRead(text, out _);
            Assert.True(length > 0);
            Assert.Equal((byte)'}', text[length - 1]);
            text = text[length..];
        }

        Assert.Equal(351, count);
    }

    const string Probes = ",\n                        \"probe_hits\": []";

    const string Passed = ",\n                        \"sz_filter_passed\": \"0 B\"";

    /// <summary>A region in the layout that is fast.</summary>
    static string InLayout(string start = "4,096", string end = "8,192", string samples = "3", string age = "\"1,234\"", string more = Probes + Passed) =>
        "{\n                        \"start\": \"" + start + "\",\n                        \"end\": \"" + end
        + "\",\n                        \"nr_accesses\": {\n                            \"samples\": " + samples
        + ",\n                            \"percent\": null\n                        },\n                        \"age\": {\n                            "
            + "\"usec\": null,\n                            \"aggr_intervals\": "
        + age + "\n                        }" + more + "\n                    }";

    public static TheoryData<string, SnapshotRegion> Layouts => new()
    {
        { InLayout(), new SnapshotRegion(4096, 8192, 3, 1234) },
        { InLayout(more: Probes), new SnapshotRegion(4096, 8192, 3, 1234) },
        { InLayout(more: ""), new SnapshotRegion(4096, 8192, 3, 1234) },
        { InLayout("0", "0", "0", "\"0\""), new SnapshotRegion(0, 0, 0, 0) },
        { InLayout(
            "7",
            "9,999,999,999,999,999,999",
            "4294967295",
            "\"2,147,483,647\""), new SnapshotRegion(7, 9_999_999_999_999_999_999, uint.MaxValue, int.MaxValue) },
        { InLayout("4096", "140737488355328", age: "null"), new SnapshotRegion(4096, 1ul << 47, 3, SnapshotRegion.UnknownAge) },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Regions_in_the_layout_are_taken_whole_or_left_to_the_parser(string region, SnapshotRegion expected)
    {
        byte[] text = Encoding.ASCII.GetBytes(region + ",");
        Assert.Equal(region.Length, JsonRegionLayout.TryRead(text, out SnapshotRegion read));
        Assert.Equal(expected, read);
        Assert.Equal(Read(Record(region)), Read(Record(region.Replace(" ", "", StringComparison.Ordinal).Replace("0B", "0 B", StringComparison.Ordinal))));
        for (int i = 0; i < region.Length; i++)
        {
            Assert.Equal(0, JsonRegionLayout.TryRead(text.AsSpan(0, i), out _));
            byte[] other = [.. text];
            other[i] = (byte)'#';
            Assert.Equal(0, JsonRegionLayout.TryRead(other, out _));
        }
    }

    public static TheoryData<string, string?> OddLayouts => new()
    {
        { InLayout("0", "18,446,744,073,709,551,615"), "0-ffffffffffffffff:3/1234" },
        { InLayout("0", "18446744073709551616"), "0-ffffffffffffffff:3/1234" },
        { InLayout("4 KiB"), "1000-2000:3/1234" },
        { InLayout(age: "\"2,147,483,648\""), "1000-2000:3/2147483647" },
        { InLayout(age: "\"-1\""), "1000-2000:3" },
        { InLayout(samples: "3.9"), "1000-2000:3/1234" },
        { InLayout(samples: "4294967296"), null },
        { InLayout("8,193"), null },
        { InLayout(""), null },
        { InLayout(","), null },
        { InLayout(end: ""), null },
        { InLayout(age: "\"\""), null },
    };

    [Theory]
    [MemberData(nameof(OddLayouts))]
    public void An_unusual_layout_falls_back_to_the_parser(string region, string? expected)
    {
        Assert.Equal(0, JsonRegionLayout.TryRead(Encoding.ASCII.GetBytes(region), out _));
        using JsonRecordReader reader = Open(Record(region));
        Snapshot snapshot = new();
        Assert.Equal(expected is not null, reader.Read(snapshot));
        Assert.Equal(expected is null ? "0" : $"1000000000 [7 {expected}]", SnapshotText.Of(snapshot));
    }

    [Fact]
    public void Old_layouts_lack_members()
    {
        string text = Encoding.UTF8.GetString(GenuineRecord.Bytes(GenuineRecord.Json));
        string without = text.Replace(",\n                        \"probe_hits\": []", "", StringComparison.Ordinal);
        Assert.NotEqual(text, without);
        Assert.Equal(Read(text), Read(without));
        without = without.Replace(",\n                        \"sz_filter_passed\": \"0 B\"", "", StringComparison.Ordinal)
            .Replace(",\n                \"sample_interval_us\": null", "", StringComparison.Ordinal)
            .Replace(",\n                \"damos_stats\": null", "", StringComparison.Ordinal)
            .Replace(",\n        \"data_source\": \"unknown\"", "", StringComparison.Ordinal)
            .Replace("\n        \"scheme_filters\": [],", "", StringComparison.Ordinal);
        Assert.Equal(Read(text), Read(without));
    }

    [Theory]
    [InlineData("""{"samples":5,"percent":null}""", 5)]
    [InlineData("""{"samples":null,"percent":26.0}""", 5)]
    [InlineData("""{"samples":null,"percent":"26 %"}""", 5)]
    [InlineData("""{"samples":5.9,"percent":1}""", 5)]
    [InlineData("""{"samples":"5","percent":null}""", 5)]
    public void Samples_come_from_percent_where_missing(string nrAccesses, int samples) =>
        Assert.Equal([$"1000000000 [7 1000-2000:{samples}/1234]"], Read(Record(Region(nrAccesses))));

    [Theory]
    [InlineData("""{"usec":null,"aggr_intervals":null}""", "")]
    [InlineData("""{"usec":"1 s 250 ms","aggr_intervals":null}""", "/12")]
    [InlineData("""{"usec":1250000,"aggr_intervals":null}""", "/12")]
    [InlineData("""{"usec":"1 s","aggr_intervals":"3"}""", "/3")]
    [InlineData("""{"usec":null,"aggr_intervals":"-1"}""", "")]
    public void Ages_come_from_times_where_missing(string age, string expected) =>
        Assert.Equal([$"1000000000 [7 1000-2000:3{expected}]"], Read(Record(Region(age: age))));

    [Fact]
    public void An_age_in_intervals_of_a_microsecond_is_its_time() =>
        Assert.Equal(
            ["1000000000 [7 1000-2000:3/5]"],
            Read(Record(Region(age: """{"usec":"5","aggr_intervals":null}"""), intervals: """{"sample_us":"1","aggr_us":"1","ops_update_us":"1"}""")));

    [Fact]
    public void Accesses_in_intervals_of_a_microsecond_come_from_percent() =>
        Assert.Equal(
            ["1000000000 [7 1000-2000:5/1234]"],
            Read(Record(Region("""{"samples":null,"percent":50}"""), intervals: """{"sample_us":"1","aggr_us":"10","ops_update_us":"1"}""")));

    [Fact]
    public void Without_an_aggregation_interval_a_time_gives_no_age() =>
        Assert.Equal(
            ["1000000000 [7 1000-2000:3]"],
            Read(Record(Region(age: """{"usec":"5","aggr_intervals":null}"""), intervals: """{"sample_us":"1","aggr_us":"0","ops_update_us":"1"}""")));

    [Fact]
    public void A_snapshot_may_end_when_its_clock_begins() =>
        Assert.Equal(
            ["0 [7 1000-2000:3/1234]"],
            Read(
                Record(Region()).Replace("\"end_time\":\"1000000000\"", "\"end_time\":\"0\"", StringComparison.Ordinal)
                    .Replace("\"start_time\":\"5\"", "\"start_time\":\"0\"", StringComparison.Ordinal)));

    [Fact]
    public void Ids_are_64_bits_and_may_be_missing()
    {
        Assert.Equal(["1000000000 [18446623438842320000]"], Read(Record("", "18446623438842320000")));
        Assert.Equal(["1000000000 [18446744073709551615]"], Read(Record("", "18446744073709551615")));
        Assert.Equal(["1000000000 [-9223372036854775808]"], Read(Record("", "-9223372036854775808")));
        Assert.Equal(["1000000000 [-1]"], Read(Record("", "null")));
    }

    [Fact]
    public void Copies_of_a_snapshot_keep_what_it_holds_beside_regions()
    {
        Snapshot snapshot = ReadOne(Record(
            Region() + "," + Region(more: ""","probe_hits":[1,2],"sz_filter_passed":"4.000 KiB" """),
            more: ""","total_bytes":"8192","sample_interval_us":"6000","damos_stats":{"nr_tried":"1","sz_tried":"2","nr_applied":"3","sz_applied":"4","sz_ops_filter_passed":"5","qt_exceeds":"6"}"""));
        Assert.Equal([0ul, 4096ul], snapshot.FilterPassed.ToArray());
        Assert.Equal((5L, 6000ul), (snapshot.StartNs, snapshot.SampleUs));
        Assert.Equal(new SnapshotSchemeStatistics(1, 2, 3, 4, 5, 6, 0, 0), snapshot.SchemeStatistics);
        Snapshot copy = snapshot.Clone();
        snapshot.Reset(0);
        Assert.Equal([0ul, 4096ul], copy.FilterPassed.ToArray());
        Assert.True(snapshot.FilterPassed.IsEmpty);
    }

    [Fact]
    public void Series_come_in_the_order_of_the_file()
    {
        string one = Record(Region(), "1")[1..^1];
        string two = Record(Region(), "2", "null")[1..^1].Replace(
            "\"scheme_idx\":null",
            "\"scheme_filters\":[{\"filter_type\":\"anon\"}],\"scheme_idx\":3",
            StringComparison.Ordinal);
        using JsonRecordReader reader = Open($"[{one},{two}]");
        Snapshot snapshot = new();
        Assert.True(reader.Read(snapshot));
        Assert.Equal((Int128)1, reader.Series.TargetId);
        Assert.NotNull(reader.Series.Intervals);
        Assert.True(reader.Read(snapshot));
        Assert.Equal((Int128)2, reader.Series.TargetId);
        Assert.Null(reader.Series.Intervals);
        Assert.Equal((0, 3, "[{\"filter_type\":\"anon\"}]"), (reader.Series.ContextIndex, reader.Series.SchemeIndex, reader.Series.SchemeFilters));
        Assert.False(reader.Read(snapshot));
        Assert.Null(reader.Damage);
    }

    public static TheoryData<string, string> Broken => new()
    {
        { Record(Region("""{"samples":null,"percent":5}"""), intervals: "null"), "percentage without intervals" },
        { Record(Region("""{"samples":null,"percent":5}"""), intervals: """{"sample_us":"0","aggr_us":"100000"}"""), "percentage without intervals" },
        { Record("", intervals: """{"sample_us":"-5","aggr_us":"100000"}"""), "'-5' is no number" },
        { Record("", intervals: """{"intervals_goal":{"access_bp":"few"}}"""), "'few' is no number" },
        { Record("").Replace("1000000000", "soon", StringComparison.Ordinal), "'\"soon\"' is no number" },
        { Record("", more: ""","sample_interval_us":"-1" """), "'-1' is no number" },
        { Record(Region("""{"samples":4294967296,"percent":null}""")), "beyond 32 bits" },
        { Record(Region("""{"samples":-1,"percent":null}""")), "beyond 32 bits" },
        { Record(Region("""{"samples":"many","percent":null}""")), "no number" },
        { Record("""{"start":"2","end":"1","nr_accesses":{"samples":1},"age":{}}"""), "below its start" },
        { Record("""{"start":"2","nr_accesses":{"samples":1},"age":{}}"""), "no start or end" },
        { Record("5"), "an object" },
        { Record(Region(), "1e30"), "no number" },
        { Record(Region(), "99999999999999999999"), "no number" },
        { Record(Region()).Replace("1000000000", "-5", StringComparison.Ordinal), "no time" },
        { Record(Region()).Replace("\"target_id\"", "\"target\"", StringComparison.Ordinal), "stands before" },
        { Record(Region()) + "x", "follows behind" },
        { Record(Region() + Region()), "',' was expected" },
        { Record(Region() + ",}"), "no JSON" },
        { $$"""[{"target_id":1,"x":{{new string('[', 100)}}{{new string(']', 100)}}}]""", "no JSON" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Broken_files_say_where_and_what(string json, string says)
    {
        using JsonRecordReader reader = Open(json);
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
        }

        RecordDamage damage = reader.Damage!;
        Assert.NotNull(damage);
        Assert.Equal(RecordDamageKind.Invalid, damage.Kind);
        Assert.Contains(says, damage.ToString(), StringComparison.Ordinal);
        Assert.InRange(damage.FoundAt, damage.Offset, json.Length);
        Assert.False(reader.Read(snapshot));
    }

    const string OneSnapshot = """{"end_time":"1","regions":[]}""";

    public static TheoryData<string, string> Damages => new()
    {
        { "5", "broken at offset 0: the array of records: '[' was expected; 0 whole snapshots, 1 byte from offset 0 not used" },
        { """[{"target_id":1} 5]""", "broken at offset 17: the array of records: ',' was expected; 0 whole snapshots, 3 bytes from offset 16 not used" },
        { """[{"target_id":1},5]""", "broken at offset 17: the array of records: '{' was expected; 0 whole snapshots, 3 bytes from offset 16 not used" },
        { """[{"target_id":1,"x" 5}]""", "broken at offset 20: a record: ':' was expected; 0 whole snapshots, 8 bytes from offset 15 not used" },
        { """[{"target_id":1,5}]""", "broken at offset 16: a record: a name was expected; 0 whole snapshots, 4 bytes from offset 15 not used" },
        { """[{"target_id":1,"snapshots":[5]}]""", "broken at offset 29: a snapshot: '{' was expected; 0 whole snapshots, 4 bytes from offset 29 not used" },
        { $$"""[{"target_id":1,"snapshots":[{{OneSnapshot}},{{OneSnapshot}},5]}]""", "broken at offset 89: a snapshot: '{' was expected; 2 whole snapshots, 5 "
            + "bytes from offset 88 not used" },
        { $$"""[{"target_id":1,"snapshots":[{{OneSnapshot}}]5}]""", "broken at offset 59: a record: ',' was expected; 1 whole snapshot, 3 bytes from offset 59 "
            + "not used" },
        { """[{"target_id":1,"snapshots":[{"end_time":"1","regions":[5]}]}]""", "broken at offset 57: a region: an object was expected; 0 whole snapshots, 33 "
            + "bytes from offset 29 not used" },
        { """[{"target_id":1,"snapshots":[{"end_time":"1","regions":[]5}]}]""", "broken at offset 57: a snapshot: ',' was expected; 0 whole snapshots, 33 "
            + "bytes from offset 29 not used" },
        { $$"""[{"target_id":1,"snapshots":[{{OneSnapshot}},{{OneSnapshot}}]}] 5""", "broken at offset 92: the end: something follows behind the array of "
            + "records; 2 whole snapshots, 2 bytes from offset 91 not used" },
        { "[]\0", "broken at offset 2: the end: something follows behind the array of records; 0 whole snapshots, 1 byte from offset 2 not used" },
        { $$"""[{"target_id":1,"snapshots":[{{OneSnapshot}}]},{"snapshots":[{{OneSnapshot}}]}]""", "broken at offset 74: a record: 'snapshots' stands before "
            + "'target_id': their order is wanted the way damo writes it; 1 whole snapshot, 45 bytes from offset 62 not used" },
        { """[{"target_id":1,"snapshots":[{"end_time":null,"regions":[]}]}]""", "broken at offset 59: a snapshot: a snapshot has no time, or one below 0; 0 "
            + "whole snapshots, 33 bytes from offset 29 not used" },
        { $$"""[{"target_id":1,"snapshots":[{"end_time":"1","regions":[{"start":"no{{(char)127}}ne"}]}]}]""", "broken at offset 73: a region: 'none' is no number "
            + "wanted "
            + "here; "
            + "0 "
            + "whole "
            + "snapshots, "
            + "49 "
            + "bytes "
            + "from "
            + "offset "
            + "29 "
            + "not used" },
        { $$"""[{"target_id":"{{new string('9', 50)}}"}]""", "broken at offset 66: a record: '\"999999999999999999999999999999999999999' is no number wanted "
            + "here; 0 whole snapshots, 66 bytes from offset 2 not used" },
        { """[{"kdamond_idx":2147483648}]""", "broken at offset 26: a record: '2147483648' is no number wanted here; 0 whole snapshots, 26 bytes from offset 2 "
            + "not used" },
        { """[{"kdamond_idx":-2147483649}]""", "broken at offset 27: a record: '-2147483649' is no number wanted here; 0 whole snapshots, 27 bytes from offset "
            + "2 not used" },
        { """[{"target_id":18446744073709551616}]""", "broken at offset 34: a record: '18446744073709551616' is no number wanted here; 0 whole snapshots, 34 "
            + "bytes from offset 2 not used" },
        { """[{"target_id":-9223372036854775809}]""", "broken at offset 34: a record: '-9223372036854775809' is no number wanted here; 0 whole snapshots, 34 "
            + "bytes from offset 2 not used" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_says_what_was_being_read_and_what_is_lost(string json, string expected)
    {
        using JsonRecordReader reader = Open(json);
        SnapshotText.Of(reader);
        Assert.Equal(expected, reader.Damage?.ToString());
    }

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void Indices_are_32_bits(int index)
    {
        using JsonRecordReader reader = Open(Record("").Replace("\"context_idx\":0", $"\"context_idx\":{index}", StringComparison.Ordinal));
        Assert.True(reader.Read(new Snapshot()));
        Assert.Equal((null, index, null), (reader.Series.KdamondIndex, reader.Series.ContextIndex, reader.Series.SchemeIndex));
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("[ \n]", null)]
    [InlineData("null", null)]
    [InlineData("5", null)]
    [InlineData("\"text\"", null)]
    [InlineData("[ 5 ]", "[ 5 ]")]
    public void Scheme_filters_are_an_array_that_is_not_empty(string filters, string? expected)
    {
        using JsonRecordReader reader = Open(Record("").Replace("\"scheme_idx\":null", $"\"scheme_filters\":{filters}", StringComparison.Ordinal));
        Assert.True(reader.Read(new Snapshot()), reader.Damage?.ToString());
        Assert.Equal(expected, reader.Series.SchemeFilters);
    }

    [Fact]
    public void Snapshots_and_regions_may_be_null()
    {
        Assert.Empty(Read("""[{"target_id":1,"snapshots":null,"data_source":5},{"target_id":2}]"""));
        Assert.Equal(["5 [1]"], Read("""[{"target_id":1,"snapshots":[{"regions":null,"end_time":"5"}]}]"""));
    }

    [Fact]
    public void Members_of_one_json_record_do_not_leak_into_the_next()
    {
        Assert.Empty(Read("""[{"data_source":"this record"}]"""));
        Assert.Null(RecordSeries.Unknown.DataSource);
    }

    [Fact]
    public void Regions_may_lack_accesses_and_ages()
    {
        Assert.Equal(["1000000000 [7 1-2:0]"], Read(Record("""{"start":"1","end":"2"}""")));
        Assert.Equal(["1000000000 [7 1-2:0/0]"], Read(Record("""{"start":"1","end":"2","age":{"usec":"50 ms"}}""")));
    }

    [Fact]
    public void Unknown_members_are_skipped_whatever_they_hold()
    {
        const string X = """ "x":{"sample_us":9,"aggrs":9,"samples":9,"usec":9,"nr_tried":9,"start":9} """;
        const string Goal = $$"""{{{X}},"aggrs":"3",{{X}},"access_bp":"4 %"}""";
        string json = Record(
            $$$"""{{{{X}}},"start":"1",{{{X}}},"end":"2","nr_accesses":{{{{X}}},"samples":3},"age":{{{{X}}},"usec":"1 s"}}""",
            intervals: $$"""{{{X}},"sample_us":"5000",{{X}},"intervals_goal":{{Goal}},{{X}},"aggr_us":"100000"}""",
            more: $$""",{{X}},"damos_stats":{{{X}},"nr_tried":"1",{{X}},"sz_tried":"2"}""");
        using JsonRecordReader reader = Open($"[{{ {X},{json[2..]}");
        Snapshot snapshot = new();
        Assert.True(reader.Read(snapshot), reader.Damage?.ToString());
        Assert.Equal("1000000000 [7 1-2:3/10]", SnapshotText.Of(snapshot));
        Assert.Equal(new SnapshotSchemeStatistics(1, 2, 0, 0, 0, 0, 0, 0), snapshot.SchemeStatistics);
        Assert.Equal(new RecordIntervals { SampleUs = 5000, AggrUs = 100_000 }, reader.Series.Intervals);
        Assert.Equal(new RecordIntervalsGoal { Aggrs = 3, AccessBp = 400 }, reader.Series.IntervalsGoal);
        Assert.False(reader.Read(snapshot));
        Assert.Null(reader.Damage);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[1,{\"aggrs\":2}]")]
    public void A_goal_that_is_not_an_object_is_ignored(string goal)
    {
        using JsonRecordReader reader = Open(Record("", intervals: $$"""{"sample_us":"5000","intervals_goal":{{goal}},"aggr_us":"100000"}"""));
        Assert.True(reader.Read(new Snapshot()), reader.Damage?.ToString());
        Assert.Null(reader.Series.IntervalsGoal);
        Assert.Equal(new RecordIntervals { SampleUs = 5000, AggrUs = 100_000 }, reader.Series.Intervals);
    }

    [Fact]
    public void Cut_at_every_offset_gives_only_whole_snapshots()
    {
        byte[] file = GenuineRecord.Bytes(GenuineRecord.Json);
        List<string> all = Read(Encoding.UTF8.GetString(file));
        for (int length = 0; length < file.Length - 1; length += length is < 1200 or > 191_500 ? 1 : 997)
        {
            using JsonRecordReader reader = new(new RecordInput(new TrickleStream(file[..length], 5000)));
            List<string> some = SnapshotText.Of(reader);
            Assert.Equal(all.Take(some.Count), some);
            Assert.Equal(RecordDamageKind.CutOff, reader.Damage!.Kind);
            Assert.Equal(length - reader.Damage.Offset, reader.Damage.BytesLeft);
        }
    }

    [Fact]
    public void Damage_in_a_compressed_file_has_the_offset_in_the_text()
    {
        byte[] file = GenuineRecord.Bytes(GenuineRecord.JsonCompressed);
        foreach (int length in (int[])[1000, 2000, 3000])
        {
            using IRecordReader reader = RecordReaders.Open(new MemoryStream(file[..length]));
            List<string> some = SnapshotText.Of(reader);
            Assert.InRange(some.Count, 1, 24);
            Assert.True(reader.Damage!.InDecompressed);
            Assert.Contains("of the decompressed data", reader.Damage.ToString(), StringComparison.Ordinal);
        }

        file[2500] ^= 0x55;
        using IRecordReader broken = RecordReaders.Open(new MemoryStream(file));
        SnapshotText.Of(broken);
        Assert.NotNull(broken.Damage);
    }

    [Fact]
    public void Zlib_and_gzip_may_be_nested()
    {
        MemoryStream gzip = new();
        using (GZipStream stream = new(gzip, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(GenuineRecord.Bytes(GenuineRecord.JsonCompressed));
        }

        using IRecordReader reader = RecordReaders.Open(new TrickleStream(gzip.ToArray(), 100));
        Assert.Equal(24, SnapshotText.Of(reader).Count);
    }

    /// <summary>Data that decompresses to a gigabyte: it must end soon and in little memory.</summary>
    [Theory]
    [InlineData("[{\"target_id\":1,\"snapshots\":[", " ")]
    [InlineData("[{\"target_id\":1,\"x\":\"", "y")]
    [InlineData("[{\"target_id\":1,\"snapshots\":[{\"regions\":[", "\n")]
    [InlineData("kdamond.0 1 [000] 1.0: damon:damon_aggregated: target_id=0 nr_regions=1 1-2: 0\n", "z")]
    [InlineData("kdamond.0 1 [000] 1.0: damon:damon_aggregated: target_id=0 nr_regions=1 1-2: 0\n", "\n")]
    public void A_zip_bomb_ends_soon_and_in_little_memory(string head, string repeated)
    {
        MemoryStream file = new();
        using (ZLibStream stream = new(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(Encoding.ASCII.GetBytes(head));
            byte[] block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(repeated, 1 << 20)));
            for (int i = 0; i < 1024; i++)
            {
                stream.Write(block);
            }
        }

        file.Position = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        using IRecordReader reader = RecordReaders.Open(file);
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
        }

        Assert.NotNull(reader.Damage);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
        Assert.InRange(file.Position, 0, file.Length / 2);
    }

    [Fact]
    public void Zip_bombs_are_not_suspected_where_snapshots_or_regions_come_between()
    {
        // No more than 256 MiB may come without any: three times 86 are too much.
        byte[] blanks = Gzip(Enumerable.Repeat((byte)' ', 1 << 20).ToArray());
        MemoryStream file = new();
        void Put(string text, int blankMiB)
        {
            file.Write(Gzip(Encoding.ASCII.GetBytes(text)));
            for (int i = 0; i < blankMiB; i++)
            {
                file.Write(blanks);
            }
        }

        Put("""[{"target_id":1,"snapshots":[""", 86);
        Put("""{"end_time":"1","regions":[]}""", 172);
        Put(""",{"end_time":"2","regions":[""" + Region(), 86);
        Put("]}]}]", 0);
        file.Position = 0;
        using IRecordReader reader = RecordReaders.Open(file);
        Assert.Equal(["1 [1]", "2 [1 1000-2000:3/1234]"], SnapshotText.Of(reader));
        Assert.Null(reader.Damage);
    }

    [Fact]
    public void A_broken_check_sum_after_the_record_is_damage()
    {
        // What one call decompresses before it finds the fault is lost: the record ends in the piece before.
        byte[] file = Gzip(Encoding.ASCII.GetBytes("[]" + new string(' ', 40_000)));
        file[^8] ^= 1;
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(file));
        Assert.Empty(SnapshotText.Of(reader));
        Assert.Equal(
            "broken at offset 32768: the end: the compressed data is broken or cut off from here on; 0 whole snapshots, bytes from offset 2 of the "
                + "decompressed data not used",
            reader.Damage?.ToString());
    }

    [Fact]
    public void A_zip_bomb_of_zeros_is_refused()
    {
        MemoryStream file = new();
        using (GZipStream stream = new(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(new byte[1 << 24]);
        }

        file.Position = 0;
        Assert.Equal(RecordContent.Zeros, Assert.Throws<RecordFormatException>(() => RecordReaders.Open(file)).Content);
    }

    [Fact]
    public void A_compressed_binary_record_may_not_grow_a_snapshot_without_bound()
    {
        MemoryStream file = new();
        using (GZipStream stream = new(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(new RecordBytes().Header(1).Time(1, 0, 1).Pid(1, 1 << 24).ToArray());
            stream.Write(new byte[1 << 20]);
        }

        file.Position = 0;
        using IRecordReader reader = RecordReaders.Open(file);
        Assert.False(reader.Read(new Snapshot()));
        Assert.Equal(RecordDamageKind.Invalid, reader.Damage!.Kind);
    }

    [Fact]
    public void Flipped_bytes_never_throw()
    {
        Random random = new(20260402);
        byte[] text = GenuineRecord.Bytes(GenuineRecord.Json)[..12_000];
        byte[] compressed = GenuineRecord.Bytes(GenuineRecord.JsonCompressed);
        byte[] lines = GenuineRecord.Bytes(GenuineRecord.PerfScript)[..12_000];
        foreach (byte[] seed in (byte[][])[text, compressed, lines])
        {
            for (int i = 0; i < 1500; i++)
            {
                byte[] file = [.. seed];
                for (int change = random.Next(1, 6); change > 0; change--)
                {
                    file[random.Next(file.Length)] = random.Next(3) == 0 ? "9-0[{\",\n"u8[random.Next(8)] : (byte)random.Next(256);
                }

                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    using IRecordReader reader = RecordReaders.Open(new MemoryStream(file));
                    Snapshot snapshot = new();
                    while (reader.Read(snapshot))
                    {
                    }

                    Assert.DoesNotContain('\n', reader.Damage?.ToString() ?? "");
                }
                catch (RecordFormatException refused)
                {
                    Assert.DoesNotContain('\n', refused.Message);
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
            }
        }
    }

    [Theory]
    [InlineData("0", 0ul)]
    [InlineData("1,024", 1024ul)]
    [InlineData("max", ulong.MaxValue)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("99999999999999999999", ulong.MaxValue)]
    [InlineData("4.000 KiB", 4096ul)]
    [InlineData("4K", 4096ul)]
    [InlineData("1.5 MB", 1572864ul)]
    [InlineData("1e3", 1000ul)]
    [InlineData("16 EiB", ulong.MaxValue)]
    public void A_size_in_json_may_have_a_unit_and_commas(string text, ulong bytes)
    {
        Assert.True(NumberText.TryBytes(Encoding.ASCII.GetBytes(text), out ulong value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("4 X")]
    [InlineData("K")]
    [InlineData("1 2")]
    [InlineData("1e999")]
    [InlineData("..")]
    public void A_text_in_json_that_is_not_a_size_is_not_read(string text) => Assert.False(NumberText.TryBytes(Encoding.ASCII.GetBytes(text), out _));

    [Theory]
    [InlineData("49211676043", 49211676043)]
    [InlineData("49211676043.478", 49211676043)]
    [InlineData("9007199254740993", 9007199254740993)]
    [InlineData("-5", -5)]
    [InlineData("1 s 200 ms", 1_200_000_000)]
    public void A_time_in_json_may_have_parts_and_units(string text, long ns)
    {
        Assert.True(NumberText.TryTime(Encoding.ASCII.GetBytes(text), out long value));
        Assert.Equal(ns, value);
        Assert.True(long.TryParse(text, CultureInfo.InvariantCulture, out _) || value != 0);
    }
}
