using System.Globalization;
using System.Text;
using CsCheck;
using Damon.Linux.DamonFs;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>Whatever is written, a file answers with one of its errors or takes it; and what it shows can be written again.</summary>
public sealed class DamonFsFuzzTests
{
    static readonly string[] s_words =
    [
        "0", "1", "2", "3", "4", "5", "6", "-1", "-", "+1", "4294967295", "4294967296", "18446744073709551615", "18446744073709551616",
        "99999999999999999999999",
        "paddr", "pidfd", "on", "off", "o", "abc", "x", "/", "..", ".", "a/b", "attrs", "ctx1", "\0", "\u00a0", "\u00ff", "1024", "4194304", "4194305", "10 20",
        "0 10 20", "1 30 40",
        "1 2 3 4 5 6 4", "1 2 3 4 5 6 4 0 0 0 1 2 3 1 100 3 2 1", "5000 100000 1000000 10 1000", "1e3", "0x10", "١",
    ];

    static readonly string[] s_blanks = [" ", "\n", "\t", "  ", "\r\n", "", "\v"];

    static readonly Gen<string> s_text = Gen.Select(Any(s_words), Any(s_blanks), (word, blank) => word + blank).Array[0, 40].Select(string.Concat);

    static readonly Gen<byte[]> s_bytes = Gen.OneOf(
        s_text.Select(Encoding.Latin1.GetBytes),
        Gen.Byte.Array[0, 100],
        Any((byte)'1', (byte)' ', (byte)0, (byte)'-').Array[0, 60]);

    static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>The errors of each file.</summary>
    static Errno[] Errors(string file, DamonFsEra era) => file switch
    {
        "pids" or "target_ids" => [Errno.EINVAL, era.UnknownPid],
        "mk_contexts" => [Errno.EINVAL, Errno.EEXIST, Errno.EACCES, Errno.ENAMETOOLONG],
        "rm_contexts" => [Errno.EINVAL, Errno.ENOENT],
        "monitor_on" or "monitor_on_DEPRECATED" => [Errno.EINVAL, Errno.EPERM, Errno.EBUSY],
        "nr_contexts" => [Errno.EINVAL, Errno.ENOMEM],
        _ => [Errno.EINVAL],
    };

    [Theory]
    [MemberData(nameof(TestTree.Eras), MemberType = typeof(TestTree))]
    public void Any_bytes_written_to_any_file_do_no_harm(string era)
    {
        using TestTree tree = new(era);
        string[] files = [.. TestTree.Names(tree.FileSystem.Root).Where(f => f is not "nr_contexts")];
        s_bytes.Sample(
            data =>
            {
                foreach (string file in files)
                {
                    Errno errno = tree.Write(file, data);
                    Assert.True(errno == Errno.None || Errors(file, tree.FileSystem.Era).Contains(errno), $"{file}: {errno}");
                    if (tree.ReadErrno(file) == Errno.None)
                    {
                        string text = tree.Read(file);
                        Assert.True(text.Length == 0 || text[^1] == '\n');
                    }

                    if (tree.FileSystem.IsAnyRunning)
                    {
                        Assert.True(tree.Write(tree.MonitorOn, "off") is Errno.None or Errno.EPERM);
                    }
                }

                foreach (string name in TestTree.Names(tree.FileSystem.Root).Except(files).Where(f => f is not "nr_contexts"))
                {
                    Assert.Equal(Errno.None, tree.Write("rm_contexts", Encoding.UTF8.GetBytes(name)));
                }
            },
            iter: 300,
            threads: 1);
    }

    [Theory]
    [InlineData((byte)'1')]
    [InlineData((byte)' ')]
    [InlineData((byte)0)]
    [InlineData((byte)'x')]
    [InlineData((byte)0xFF)]
    public void A_mebibyte_of_one_byte_does_no_harm(byte value)
    {
        byte[] data = new byte[1 << 20];
        data.AsSpan().Fill(value);
        WriteEverywhere(data);
    }

    [Fact]
    public void A_mebibyte_of_garbage_or_of_numbers_does_no_harm()
    {
        Random random = new(5);
        byte[] garbage = new byte[1 << 20];
        random.NextBytes(garbage);
        WriteEverywhere(garbage);
        StringBuilder numbers = new();
        while (numbers.Length < 1 << 20)
        {
            numbers.Append(CultureInfo.InvariantCulture, $"{random.Next(10)} ");
        }

        WriteEverywhere(Encoding.ASCII.GetBytes(numbers.ToString()));
    }

    [Fact]
    public void A_mebibyte_of_regions_does_no_harm()
    {
        using TestTree tree = new("6.1");
        tree.Set("target_ids", "1");
        StringBuilder text = new();
        for (int i = 0; text.Length < 1 << 20; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"0 {i} {i + 1}\n");
        }

        tree.Set("init_regions", text.ToString());
        Assert.Equal(text.ToString(), tree.Read("init_regions"));
    }

    [Theory]
    [MemberData(nameof(TestTree.Eras), MemberType = typeof(TestTree))]
    public void A_text_that_a_file_shows_can_be_written_back(string era)
    {
        using TestTree tree = new(era);
        tree.Set(tree.Targets, "1 2 3");
        int columns = era is "seed" or "target_ids" ? 7 : 18;
        s_text.Sample(
            text =>
            {
                foreach (string file in ((string[])["attrs", "init_regions", "record", "schemes"]).Where(f => tree.FileSystem.Root.Find(f) is not null))
                {
                    _ = tree.Write(file, text);
                    string shown = tree.Read(file);
                    string again = file == "schemes"
                        ? string.Join('\n', shown.Split('\n').Select(line => string.Join(' ', line.Split(' ').Take(columns))))
                        : shown;
                    tree.Set(file, again);
                    Assert.Equal(shown, tree.Read(file));
                }
            },
            iter: 500,
            threads: 1);
    }

    [Fact]
    public void The_scanner_takes_numbers_as_they_would_be_taken_by_hand()
    {
        Gen.Select(Gen.ULong, Any(s_blanks), Any("", "x", "\0", " 7")).Sample((number, blank, rest) =>
        {
            byte[] text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{blank}{number}{rest}"));
            KernelScanner wide = new(text);
            Assert.True(wide.TryUInt64(out ulong value));
            Assert.Equal(number, value);
            KernelScanner narrow = new(text);
            Assert.True(narrow.TryUInt32(out uint cut));
            Assert.Equal((uint)number, cut);
            KernelScanner negative = new(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{blank}-{number}{rest}")));
            Assert.True(negative.TryInt32(out int sign));
            Assert.Equal((int)(0 - number), sign);
            Assert.Equal(rest == " 7", wide.TryUInt64(out _));
        });
    }

    static void WriteEverywhere(byte[] data)
    {
        foreach (DamonFsEra era in DamonFsEra.All)
        {
            using TestTree tree = new(era.Name);
            foreach (string file in TestTree.Names(tree.FileSystem.Root))
            {
                Errno errno = tree.Write(file, data);
                Assert.True(errno == Errno.None || Errors(file, era).Contains(errno), $"{era.Name} {file}: {errno}");
            }
        }
    }
}
