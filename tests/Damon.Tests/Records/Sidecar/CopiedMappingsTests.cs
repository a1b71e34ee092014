using System.Text;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Tests.Records.Sidecar;

public sealed class CopiedMappingsTests
{
    const string Header = "{\"format\":1}\n";
    const string First =
        "{\"mappings\":{\"time_ns\":1,\"target_id\":7,\"list\":0,\"mappings\":[{\"start\":\"0x1000\",\"end\":\"0x2000\",\"name\":\"a\"},{\"start\":\"0x2000\",\"end\":\"0x4000\",\"name\":\"b\"}]}}\n";

    static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

    static string[] Lines(params (int Target, RecordMapping[] Mappings)[] lists)
    {
        using MemoryStream stream = new();
        using SidecarWriter writer = new(stream, new RecordHeader(), leaveOpen: true);
        for (int i = 0; i < lists.Length; i++)
        {
            writer.WriteMappings(i, lists[i].Target, lists[i].Mappings);
        }

        // What is written is read, whatever the case.
        RecordMetadata read = SidecarReader.Load(new MemoryStream(stream.ToArray()));
        Assert.Null(read.Problem);
        Assert.Equal(lists.Select(list => (Int128)list.Target), read.Mappings.Select(mappings => mappings.TargetId));
        Assert.All(lists, (list, i) => Assert.Equal(list.Mappings, read.Mappings[i].Mappings));
        return Encoding.UTF8.GetString(stream.ToArray()).Split('\n')[1..^1];
    }

    /// <summary>A program with its libraries: where they lie differs from run to run.</summary>
    static RecordMapping[] Program(ulong program, ulong heap, ulong heapSize, ulong libraries) =>
    [
        new() { Start = program, End = program + 0x4000, Perms = "r--p", Name = "/usr/bin/true" },
        new() { Start = program + 0x4000, End = program + 0x9000, Perms = "r-xp", Name = "/usr/bin/true" },
        new() { Start = heap, End = heap + heapSize, Perms = "rw-p", Name = "[heap]" },
        new() { Start = libraries, End = libraries + 0x26000, Perms = "r--p", Name = "/usr/lib/libc.so.6" },
        new() { Start = libraries + 0x26000, End = libraries + 0x17c000, Perms = "r-xp", Name = "/usr/lib/libc.so.6" },
        new() { Start = libraries + 0x17c000, End = libraries + 0x1a0000, Perms = "rw-p", Name = "" },
    ];

    [Fact]
    public void A_fork_does_not_write_again_what_its_parent_maps()
    {
        RecordMapping[] parent = Program(0x5600_0000_0000, 0x5610_0000_0000, 0x21000, 0x7f00_0000_0000);
        string[] lines = Lines((1, parent), (2, [.. parent]), (3, [.. parent]));
        Assert.StartsWith("{\"mappings\":{\"time_ns\":0,\"target_id\":1,\"list\":0,\"mappings\":[{", lines[0], StringComparison.Ordinal);
        Assert.Equal("{\"copied_mappings\":{\"time_ns\":1,\"target_id\":2,\"list\":1,\"copies\":[[0,0,6,\"0x560000000000\"]],\"mappings\":[]}}", lines[1]);
        Assert.Equal("{\"copied_mappings\":{\"time_ns\":2,\"target_id\":3,\"list\":2,\"copies\":[[1,0,6,\"0x560000000000\"]],\"mappings\":[]}}", lines[2]);
    }

    [Fact]
    public void A_program_that_runs_again_writes_only_where_its_parts_lie()
    {
        string[] lines = Lines(
            (1, Program(0x5600_0000_0000, 0x5610_0000_0000, 0x21000, 0x7f00_0000_0000)),
            (2, Program(0x5500_1234_5000, 0x5578_0000_3000, 0x21000, 0x7eff_9999_1000)));
        Assert.Equal(
            "{\"copied_mappings\":{\"time_ns\":1,\"target_id\":2,\"list\":1,\"copies\":[[0,0,2,\"0x550012345000\"],[0,2,1,\"0x557800003000\"],[0,3,3,\"0x7eff99991000\"]],\"mappings\":[]}}",
            lines[1]);
    }

    [Fact]
    public void A_heap_that_grows_is_all_that_is_written_then()
    {
        string[] lines = Lines(
            (1, Program(0x5600_0000_0000, 0x5610_0000_0000, 0x21000, 0x7f00_0000_0000)),
            (1, Program(0x5600_0000_0000, 0x5610_0000_0000, 0x42000, 0x7f00_0000_0000)),
            (1, Program(0x5600_0000_0000, 0x5610_0000_0000, 0x63000, 0x7f00_0000_0000)));
        Assert.Equal(
            "{\"copied_mappings\":{\"time_ns\":2,\"target_id\":1,\"list\":2,\"copies\":[[1,0,2,\"0x560000000000\"],[1,3,3,\"0x7f0000000000\"]],"
                + "\"mappings\":[{\"start\":\"0x561000000000\",\"end\":\"0x561000063000\",\"perms\":\"rw-p\",\"name\":\"[heap]\"}]}}",
            lines[2]);
    }

    [Fact]
    public void Equal_mappings_of_many_targets_are_one_list_in_memory()
    {
        RecordMetadata read = SidecarReader.Load(
            Stream(Header + First + "{\"copied_mappings\":{\"target_id\":8,\"list\":1,\"copies\":[[0,0,2,\"0x1000\"]],\"mappings\":[]}}\n"
            + "{\"copied_mappings\":{\"target_id\":9,\"copies\":[[1,0,2,\"0x1000\"]],\"mappings\":[]}}\n"));
        Assert.Null(read.Problem);
        Assert.Same(read.Mappings[0].Mappings, read.Mappings[1].Mappings);
        Assert.Same(read.Mappings[0].Mappings, read.Mappings[2].Mappings);
    }

    [Fact]
    public void A_writer_never_copies_from_a_list_that_a_reader_has_forgotten()
    {
        // Lists of up to 3000 mappings, so that old ones are forgotten on both sides all the time.
        Random random = new(11);
        List<(int, RecordMapping[])> lists = [];
        List<RecordMapping> mappings = [];
        for (int i = 0; i < 120; i++)
        {
            mappings = random.Next(4) == 0 && lists.Count > 0 ? [.. lists[random.Next(lists.Count)].Item2] : mappings;
            for (int change = random.Next(1, 60); change > 0; change--)
            {
                int at = random.Next(mappings.Count + 1);
                int count = random.Next(Math.Min(40, mappings.Count - at + 1));
                mappings.RemoveRange(at, count);
                mappings.InsertRange(
                    at,
                    Enumerable.Range(0, random.Next(80))
                        .Select(_ => new RecordMapping { Perms = "rw-p", Name = $"{random.Next(9)}", End = (ulong)random.Next(1, 5) }));
            }

            mappings.RemoveRange(0, Math.Max(0, mappings.Count - 3000));
            ulong start = (ulong)random.Next(1, 1 << 30);
            RecordMapping[] placed = new RecordMapping[mappings.Count];
            for (int k = 0; k < placed.Length; k++)
            {
                start += random.Next(5) == 0 ? (ulong)random.Next(1 << 20) : 0;
                ulong size = mappings[k].End - mappings[k].Start;
                placed[k] = mappings[k] with { Start = start, End = start + size };
                start += size;
            }

            lists.Add((i, placed));
        }

        string[] lines = Lines([.. lists]);
        Assert.True(lists.Sum(list => list.Item2.Length) > 4 * KnownMappings.MaxMappings);
        Assert.Contains(lines, line => line.StartsWith("{\"copied_mappings\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_list_of_more_mappings_than_are_kept_is_written_whole()
    {
        RecordMapping[] most = [.. Enumerable.Range(1, KnownMappings.MaxMappings)
            .Select(i => new RecordMapping { Start = (ulong)i * 4096, End = (ulong)(i + 1) * 4096 })];
        RecordMapping[] more = [new RecordMapping { End = 4096 }, .. most];
        string[] lines = Lines((1, more), (2, more), (3, most), (4, most));
        Assert.Equal([false, false, false, true], lines.Select(line => line.Contains("copies", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_line_that_is_not_in_the_file_is_not_copied_from()
    {
        using MemoryStream stream = new();
        using SidecarWriter writer = new(stream, new RecordHeader(), leaveOpen: true);
        RecordMapping common = new() { Start = 1, End = 2, Name = "common" };
        Assert.False(writer.WriteMappings(1, 1, [common, new RecordMapping { Start = 3, Name = new string('x', SidecarFormat.MaxLine) }]));
        Assert.True(writer.WriteMappings(2, 2, [common]));
        Assert.True(writer.WriteMappings(3, 3, [common]));
        RecordMetadata read = SidecarReader.Load(new MemoryStream(stream.ToArray()));
        Assert.Null(read.Problem);
        Assert.All(read.Mappings, mappings => Assert.Equal([common], mappings.Mappings));
        Assert.Equal(2, read.Mappings.Count);
    }

    [Fact]
    public void Cut_at_every_offset_keeps_the_whole_lists()
    {
        using MemoryStream stream = new();
        using SidecarWriter writer = new(stream, new RecordHeader(), leaveOpen: true);
        RecordMapping[][] lists = [.. Enumerable.Range(1, 4).Select(i => Program((ulong)i << 40, (ulong)i << 41, (ulong)i << 12, (ulong)i << 43))];
        Assert.All(lists, (list, i) => writer.WriteMappings(i, i, list));
        byte[] bytes = stream.ToArray();
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            RecordMetadata read = SidecarReader.Load(new MemoryStream(bytes[..cut]));
            int whole = Math.Max(bytes[..(cut + 1)].Count(value => value == '\n') - 1, 0);
            Assert.Equal(whole, read.Mappings.Count);
            Assert.All(read.Mappings, (mappings, i) => Assert.Equal(lists[i], mappings.Mappings));
            Assert.Equal(bytes[cut] == '\n' || (cut > 0 && bytes[cut - 1] == '\n'), read.Problem is null);
        }
    }

    [Theory]
    [InlineData("\"copies\":[[1,0,2,\"0x1000\"]]", "copies mappings 0 to 1 of number 1, which no line before it has")]
    [InlineData("\"list\":1,\"copies\":[[1,0,2,\"0x1000\"]]", "copies mappings 0 to 1 of number 1, which no line before it has")]
    [InlineData("\"copies\":[[-1,0,2,\"0x1000\"]]", "copies mappings 0 to 1 of number -1, which")]
    [InlineData("\"copies\":[[0,0,3,\"0x1000\"]]", "copies mappings 0 to 2 of number 0, which")]
    [InlineData("\"copies\":[[0,2,1,\"0x1000\"]]", "copies mappings 2 to 2 of number 0, which")]
    [InlineData("\"copies\":[[0,-1,1,\"0x1000\"]]", "copies mappings -1 to -1 of number 0, which")]
    [InlineData("\"copies\":[[0,1,0,\"0x1000\"]]", "copies mappings 1 to 0 of number 0, which")]
    [InlineData("\"copies\":[[0,2147483647,2147483647,\"0x1000\"]]", "copies mappings 2147483647 to 4294967293 of number 0, which")]
    [InlineData("\"copies\":[[0,-2147483648,2147483647,\"0x1000\"]]", "copies mappings -2147483648 to -2 of number 0, which")]
    [InlineData("\"list\":0,\"copies\":[[0,0,2,\"0x1000\"]]", "has mappings of number 0 behind those of number 0")]
    [InlineData("\"list\":-1", "has mappings of number -1 behind those of number 0")]
    [InlineData("\"copies\":[[0,0,2]]", "is not what was expected")]
    [InlineData("\"copies\":[[0,0,2,\"x\"]]", "is not what was expected")]
    [InlineData("\"copies\":[[0,0.5,2,\"0x1\"]]", "is not what was expected")]
    [InlineData("\"copies\":[{\"list\":0}]", "is not what was expected")]
    [InlineData("\"copies\":[0]", "is not what was expected")]
    [InlineData("\"copies\":[null]", "is not what was expected")]
    public void A_copy_of_what_is_not_there_ends_the_reading_with_one_line(string copy, string says)
    {
        RecordMetadata read = SidecarReader.Load(Stream(Header + First + "{\"copied_mappings\":{" + copy + ",\"mappings\":[]}}\n{\"target\":{\"id\":1}}\n"));
        Assert.StartsWith($"line 3 of the sidecar {says}", read.Problem, StringComparison.Ordinal);
        Assert.EndsWith("; it and what follows are not used", read.Problem, StringComparison.Ordinal);
        Assert.Single(read.Mappings);
        Assert.Empty(read.Targets);
    }

    [Fact]
    public void Members_of_a_later_version_are_skipped()
    {
        RecordMetadata read = SidecarReader.Load(
            Stream(
                Header
                    + First
                    + "{\"copied_mappings\":{\"copies\":[[0,1,1,\"0xfffffffffffff000\",{\"more\":[1]},2],[0,0,1,8192]],\"hue\":3,\"mappings\":[]}}\n"));
        Assert.Null(read.Problem);
        Assert.Equal(
            [new RecordMapping { Start = 0xffff_ffff_ffff_f000, End = 0x1000, Name = "b" }, new RecordMapping { Start = 0x2000, End = 0x3000, Name = "a" }],
            read.Mappings[1].Mappings);
    }

    [Fact]
    public void Copies_do_not_grow_without_bound_in_a_line()
    {
        string copies = string.Join(',', Enumerable.Repeat("[0,0,2,\"0x1\"]", (KnownMappings.MaxMappings / 2) + 1));
        RecordMetadata read = SidecarReader.Load(Stream(Header + First + "{\"copied_mappings\":{\"copies\":[" + copies + "],\"mappings\":[]}}\n"));
        Assert.StartsWith($"line 3 of the sidecar copies more than {KnownMappings.MaxMappings} mappings;", read.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_do_not_grow_without_bound_over_all_lines()
    {
        MappingsReader reader = new() { MaxCopied = 5 };
        reader.Read(new MappingsLine { List = 0, Mappings = [new RecordMapping { End = 1 }, new RecordMapping { Start = 1 }] });
        MappingsLine moved = new() { Copies = [new MappingCopy(0, 0, 2, 77)] };
        MappingsLine equal = new() { Copies = [new MappingCopy(0, 0, 2, 0)] };
        reader.Read(moved);
        reader.Read(moved);
        for (int i = 0; i < 10; i++)
        {
            // The same list again costs nothing.
            reader.Read(equal);
        }

        Assert.Equal("is where more than 5 mappings are copied", Assert.Throws<RecordFormatException>(() => reader.Read(moved)).Message);
    }
}
