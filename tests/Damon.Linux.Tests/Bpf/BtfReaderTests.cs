using System.Buffers.Binary;
using System.Globalization;
using Damon.Linux.Bpf;

namespace Damon.Linux.Tests.Bpf;

public sealed class BtfReaderTests
{
    static readonly BtfName s_outer = new(BtfKind.Struct, "outer");
    static readonly BtfName s_flags = new(BtfKind.Enum, "flags");
    static readonly BtfName s_alias = new(BtfKind.Typedef, "alias");

    static BtfName[] All => [s_outer, s_flags, s_alias];

    [Fact]
    public void Members_are_found_through_unnamed_ones()
    {
        using BtfReader btf = BtfReader.Parse(Small(), All);
        uint? outer = btf.Find(BtfKind.Struct, "outer");
        Assert.Equal(6u, outer);
        Assert.Equal(0, btf.MemberOffset(outer!.Value, "a"u8));
        Assert.Equal(8, btf.MemberOffset(outer.Value, "b"u8));
        Assert.Equal(12, btf.MemberOffset(outer.Value, "c"u8));
        Assert.Null(btf.MemberOffset(outer.Value, "d"u8));
        Assert.Null(btf.MemberOffset(outer.Value, ""u8));
        Assert.Equal(16, btf.SizeOf(outer.Value));
        Assert.Equal(5, btf.EnumValue(btf.Find(BtfKind.Enum, "flags")!.Value, "c"u8));
        Assert.Null(btf.EnumValue(btf.Find(BtfKind.Enum, "flags")!.Value, "a"u8));
        Assert.Equal(6u, btf.Resolve(btf.Find(BtfKind.Typedef, "alias")!.Value));
        Assert.Throws<ArgumentException>(() => btf.Find(BtfKind.Struct, "other"));
    }

    [Fact]
    public void Every_cut_is_an_error_with_an_offset_or_still_whole()
    {
        byte[] bytes = Small();
        for (int length = 0; length < bytes.Length; length++)
        {
            BtfException e = Assert.Throws<BtfException>(() => BtfReader.Parse(bytes.AsSpan(0, length), All));
            Assert.InRange(long.Parse(e.Message.Split("(at byte ")[^1].TrimEnd(')'), CultureInfo.InvariantCulture), 0, bytes.Length);
        }
    }

    [Theory]
    [InlineData(0, 0u, "magic number")]
    [InlineData(2, 2u, "version")]
    [InlineData(4, 23u, "header length")]
    [InlineData(4, uint.MaxValue, "header length")]
    [InlineData(8, uint.MaxValue, "type section")]
    [InlineData(12, uint.MaxValue, "type section")]
    [InlineData(16, uint.MaxValue, "string section")]
    [InlineData(20, uint.MaxValue, "string section")]
    [InlineData(24, uint.MaxValue, "name offset")]
    [InlineData(24 + 4, 31u << 24, "unknown kind")]
    [InlineData(24 + 16 + 4, 0x0400_ffffu, "ends behind the type section")]
    public void An_absurd_BTF_field_is_named(int offset, uint value, string reason)
    {
        byte[] bytes = Small();
        if (offset == 2)
        {
            bytes[2] = (byte)value;
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
        }

        BtfException e = Assert.Throws<BtfException>(() => BtfReader.Parse(bytes, All));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Structures_that_contain_themselves_end_in_an_error()
    {
        // struct outer { struct outer; ... }: endless without a limit.
        byte[] bytes = Small(innerOfOuter: 6);
        using BtfReader btf = BtfReader.Parse(bytes, All);
        Assert.Throws<BtfException>(() => btf.MemberOffset(6, "nowhere"u8));
    }

    [Fact]
    public void Typedefs_of_themselves_end_in_an_error()
    {
        using BtfReader btf = BtfReader.Parse(Small(typedefOf: 7), All);
        Assert.Throws<BtfException>(() => btf.Resolve(7));
    }

    [Fact]
    public void Damaged_small_files_never_crash()
    {
        byte[] original = Small();
        Random random = new(20261123);
        for (int round = 0; round < 200_000; round++)
        {
            byte[] bytes = original.ToArray();
            for (int flips = random.Next(1, 6); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) == 0 ? 0xff : random.Next(256));
            }

            Use(bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length));
        }
    }

    [Fact]
    public void Damaged_kernel_files_never_crash()
    {
        Assert.SkipUnless(File.Exists(KernelLayout.DefaultPath), $"no {KernelLayout.DefaultPath}");
        byte[] bytes = File.ReadAllBytes(KernelLayout.DefaultPath);
        Random random = new(20261124);
        for (int round = 0; round < 60; round++)
        {
            Span<byte> damaged = bytes.AsSpan(0, round % 2 == 0 ? bytes.Length : random.Next(bytes.Length));
            List<(int At, byte Old)> undo = new();
            for (int flips = random.Next(1, 2000); flips > 0 && damaged.Length > 24; flips--)
            {
                int at = random.Next(24, damaged.Length);
                undo.Add((at, damaged[at]));
                damaged[at] = (byte)random.Next(256);
            }

            try
            {
                _ = KernelLayout.Read(damaged);
            }
            catch (BtfException)
            {
                // What a damaged file should end in, unless the damage is harmless.
            }

            undo.Reverse();
            foreach ((int at, byte old) in undo)
            {
                bytes[at] = old;
            }
        }
    }

    [Fact]
    public void The_running_kernels_layout_is_read()
    {
        Assert.SkipUnless(File.Exists(KernelLayout.DefaultPath), $"no {KernelLayout.DefaultPath}");
        KernelLayout layout = KernelLayout.Read();
        Assert.InRange(layout.TaskMm, 8, 65536);
        Assert.True(layout.TaskMm != layout.TaskPid && layout.MmPgd != layout.MmTaskSize);
        Assert.True(layout.HasFolios, "no folios");
        Assert.True(layout.PageSize is 32 or 56 or 64 or 80 or 96, $"sizeof(struct page) {layout.PageSize}");
    }

    [Fact]
    public void Reading_and_mapping_the_file_give_the_same()
    {
        Assert.SkipUnless(File.Exists(KernelLayout.DefaultPath), $"no {KernelLayout.DefaultPath}");
        BtfName task = new(BtfKind.Struct, "task_struct");
        using BtfReader read = BtfReader.Open(KernelLayout.DefaultPath, map: false, [task]);
        using BtfReader mapped = BtfReader.Open(KernelLayout.DefaultPath, task);
        Assert.Equal(mapped.TypeCount, read.TypeCount);
        Assert.Equal(mapped.Find(task.Kind, task.Name), read.Find(task.Kind, task.Name));
    }

    [Fact]
    public void A_file_that_is_something_else_is_refused()
    {
        string path = Path.GetTempFileName();
        try
        {
            Assert.Throws<BtfException>(() => BtfReader.Open(path));
            File.WriteAllText(path, "this is not type information, and it is longer than a header");
            Assert.Throws<BtfException>(() => BtfReader.Open(path));
            Assert.Throws<FileNotFoundException>(() => BtfReader.Open(path + ".none"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Type_information_of_programs_is_well_formed(bool isCallback)
    {
        BtfName main = new(BtfKind.Function, "main");
        BtfName element = new(BtfKind.Function, "element");
        using BtfReader btf = BtfReader.Parse(new BpfLocalFunction(7, isCallback).TypeInformation(), main, element);
        Assert.Equal(BpfLocalFunction.MainTypeId, btf.Find(BtfKind.Function, "main"));
        Assert.Equal(BpfLocalFunction.TypeId, btf.Find(BtfKind.Function, "element"));
    }

    static void Use(ReadOnlySpan<byte> bytes)
    {
        try
        {
            using BtfReader btf = BtfReader.Parse(bytes, All);
            for (uint id = 1; id < btf.TypeCount; id++)
            {
                _ = btf.MemberOffset(id, "c"u8);
                _ = btf.EnumValue(id, "c"u8);
                _ = btf.Resolve(id);
                _ = btf.SizeOf(id);
            }
        }
        catch (BtfException)
        {
            // Expected of damaged files.
        }
    }

    // 1 int; 2 struct { int b; int c; }; 3 const 2; 4 union { 3 }; 5 enum flags { x = 1, c = 5 };
    // 6 struct outer { int a; (4) at byte 8 }; 7 typedef alias = 6.
    static byte[] Small(uint innerOfOuter = 4, uint typedefOf = 6)
    {
        ReadOnlySpan<byte> strings = "\0int\0a\0b\0c\0outer\0flags\0alias\0x\0"u8;
        uint[] types =
        [
            1, 1 << 24, 4, 32,
            0, 4 << 24 | 2, 8, 7, 1, 0, 9, 1, 32,
            0, 10 << 24, 2,
            0, 5 << 24 | 1, 8, 0, 3, 0,
            17, 6 << 24 | 2, 4, 29, 1, 9, 5,
            11, 4 << 24 | 2, 16, 5, 1, 0, 0, innerOfOuter, 64,
            23, 8 << 24, typedefOf,
        ];
        byte[] bytes = new byte[24 + types.Length * 4 + strings.Length];
        uint[] header = [0x0001_eb9f, 24, 0, (uint)types.Length * 4, (uint)types.Length * 4, (uint)strings.Length];
        uint[] words = [.. header, .. types];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 4), words[i]);
        }

        strings.CopyTo(bytes.AsSpan(words.Length * 4));
        return bytes;
    }
}
