using System.Globalization;
using Damon.Linux.DamonFs;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>The file <c>schemes</c>.</summary>
public sealed class SchemesFileTests
{
    const string Seven = "1 2 3 4 5 6 4";
    const string Eighteen = "1 2 3 4 5 6 4 0 0 0 1 2 3 1 100 3 2 1";

    public static TheoryData<string> ErasWithSchemes => [.. DamonFsEra.All.Where(e => e.HasSchemes).Select(e => e.Name)];

    static string Valid(TestTree tree) => tree.FileSystem.Era.RecordVersion is null ? Eighteen : Seven;

    static string Counters(TestTree tree) => tree.FileSystem.Era.HasAppliedStatistics ? " 0 0 0 0 0" : " 0 0";

    [Theory]
    [InlineData("seed", 9)]
    [InlineData("target_ids", 9)]
    [InlineData("5.16", 20)]
    [InlineData("5.17", 23)]
    [InlineData("5.18", 23)]
    [InlineData("6.1", 23)]
    [InlineData("6.7", 23)]
    [InlineData("6.8", 23)]
    public void Columns_and_counters_of_the_era(string era, int numbers)
    {
        using TestTree tree = new(era);
        tree.Set("schemes", $"{Valid(tree)}\n{Valid(tree)}\n");
        string[] lines = tree.Read("schemes").Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal("", lines[2]);
        Assert.All(lines[..2], line => Assert.Equal(Valid(tree) + Counters(tree), line));
        Assert.Equal(numbers, lines[0].Split(' ').Length);
    }

    [Theory]
    [MemberData(nameof(ErasWithSchemes))]
    public void Incomplete_groups_and_garbage_end_the_text(string era)
    {
        using TestTree tree = new(era);
        string valid = Valid(tree);
        string line = valid + Counters(tree) + "\n";
        foreach ((string text, string read) in ((string, string)[])
        [
            (valid + " 1 2 3", line),
            (valid + "\nx " + valid, line),
            (valid + "\0 " + valid, line),
            (valid.Replace(' ', '\n'), line),
            (valid + valid[..^1], line.Replace(valid, valid + "1", StringComparison.Ordinal)), // One longer last number, and a rest.
            ("1 2", ""),
            ("", ""),
            ("\n", ""),
            ("garbage", ""),
            ("-" + valid, ""),
            (valid[..^2], ""),
        ])
        {
            if (tree.FileSystem.Era.ChecksSchemes && read.Contains("11 0", StringComparison.Ordinal))
            {
                continue; // The last number is a watermark, which is above the others then.
            }

            tree.Set("schemes", valid);
            Errno errno = tree.Write("schemes", text);
            if (read.Contains(valid + "1", StringComparison.Ordinal) && valid == Seven)
            {
                Assert.Equal(Errno.EINVAL, errno); // Action 41.
                continue;
            }

            Assert.Equal(Errno.None, errno);
            Assert.Equal(read, tree.Read("schemes"));
        }
    }

    [Theory]
    [MemberData(nameof(ErasWithSchemes))]
    public void Of_257_schemes_the_last_does_not_count(string era)
    {
        using TestTree tree = new(era);
        tree.Set("schemes", string.Concat(Enumerable.Repeat(Valid(tree) + "\n", 257)));
        Assert.Equal(256, tree.Read("schemes").Count(c => c == '\n'));
    }

    [Theory]
    [MemberData(nameof(ErasWithSchemes))]
    public void Actions_are_0_to_5(string era)
    {
        using TestTree tree = new(era);
        string rest = Valid(tree)[Seven.Length..];
        for (int action = 0; action <= 5; action++)
        {
            tree.Set("schemes", string.Create(CultureInfo.InvariantCulture, $"1 2 3 4 5 6 {action}{rest}"));
        }

        foreach (string action in (string[])["6", "10", "4294967295", "18446744073709551615"])
        {
            Assert.Equal(Errno.EINVAL, tree.Write("schemes", $"{Valid(tree)} 1 2 3 4 5 6 {action}{rest}"));
        }

        Assert.Equal($"1 2 3 4 5 6 5{rest}{Counters(tree)}\n", tree.Read("schemes")); // As before.
        tree.Set("schemes", $"1 2 3 4 5 6 4294967296{rest}"); // Cut to 32 bits.
        Assert.Equal($"1 2 3 4 5 6 0{rest}{Counters(tree)}\n", tree.Read("schemes"));
    }

    [Theory]
    [InlineData("2 1 2 1 10 1 3 10 1 1 1 1 1 1 1 1 2 3")] // Selftest.
    [InlineData("2 1 3 4 5 6 4 0 0 0 1 2 3 1 100 3 2 1")]
    [InlineData("1 2 4 3 5 6 4 0 0 0 1 2 3 1 100 3 2 1")]
    [InlineData("1 2 3 4 6 5 4 0 0 0 1 2 3 1 100 3 2 1")]
    [InlineData("1 2 3 4 5 6 4 0 0 0 1 2 3 1 100 2 3 1")] // high < mid
    [InlineData("1 2 3 4 5 6 4 0 0 0 1 2 3 1 100 2 2 3")] // mid < low, high < low
    [InlineData("1 2 3 4 5 6 4 0 0 0 1 2 3 0 100 3 1 2")] // Whatever the metric.
    public void Inverted_ranges_and_watermarks_are_refused_from_5_17_on(string text)
    {
        foreach (DamonFsEra era in DamonFsEra.All.Where(e => e.HasSchemes && e.RecordVersion is null))
        {
            using TestTree tree = new(era.Name);
            tree.Set("schemes", Eighteen);
            Errno errno = tree.Write("schemes", text);
            Assert.Equal(era.Name is "5.16" ? Errno.None : Errno.EINVAL, errno);
            Assert.Equal((errno == Errno.None ? text : Eighteen) + Counters(tree) + "\n", tree.Read("schemes"));
        }
    }

    [Fact]
    public void The_multi_line_selftest_in_one_write_is_one_scheme()
    {
        using TestTree tree = new("6.1");
        tree.Set("schemes", "1 2\n3 4 5 6 3 0 0 0 1 2 3 1 100 3 2 1");
        Assert.Equal("1 2 3 4 5 6 3 0 0 0 1 2 3 1 100 3 2 1 0 0 0 0 0\n", tree.Read("schemes"));

        // In two writes the first clears everything; the second never gets here, since it is not at offset 0.
        tree.Set("schemes", "1 2\n");
        Assert.Equal("", tree.Read("schemes"));
    }

    [Theory]
    [InlineData("5.18", "1 2 3 4 5 6 4 0 0 0 1 2 3 7 100 3 2 1", "1 2 3 4 5 6 4 0 0 0 1 2 3 7 100 3 2 1")] // Any metric is kept.
    [InlineData(
        "6.8",
        "0 18446744073709551615 0 4294967295 0 4294967295 5 18446744073709551615 18446744073709551615 18446744073709551615 4294967295 4294967295 4294967295 "
            + "4294967295 18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615",
        "=")]
    [InlineData(
        "6.8",
        "18446744073709551617 2 4294967297 2 4294967297 2 5 0 0 0 4294967297 4294967298 4294967299 4294967296 0 0 0 0",
        "1 2 1 2 1 2 5 0 0 0 1 2 3 0 0 0 0 0")]
    [InlineData("6.8", "1 2 3 18446744073709551615 5 18446744073709551615 5 0 0 0 0 0 0 0 0 0 0 0", "1 2 3 4294967295 5 4294967295 5 0 0 0 0 0 0 0 0 0 0 0")]
    public void Numbers_have_the_kernels_widths(string era, string text, string read)
    {
        using TestTree tree = new(era);
        tree.Set("schemes", text);
        Assert.Equal((read == "=" ? text : read) + " 0 0 0 0 0\n", tree.Read("schemes"));
    }

    [Theory]
    [MemberData(nameof(ErasWithSchemes))]
    public void A_running_context_refuses_new_schemes(string era)
    {
        using TestTree tree = new(era);
        tree.Set("schemes", Valid(tree));
        tree.Set(tree.Targets, "1");
        tree.Start();
        Assert.Equal(Errno.EBUSY, tree.Write("schemes", Valid(tree)));
        Assert.Equal(Errno.EBUSY, tree.Write("schemes", "garbage"));
        Assert.Equal(Errno.EINVAL, tree.Write("schemes", Valid(tree).Replace("6 4", "6 9", StringComparison.Ordinal)));
        Assert.Equal(Valid(tree) + Counters(tree) + "\n", tree.Read("schemes"));
    }

    [Theory]
    [MemberData(nameof(ErasWithSchemes))]
    public void Counters_are_live_and_go_with_the_scheme(string era)
    {
        using TestTree tree = new TestTree(era).Fast();
        string rest = Valid(tree)[Seven.Length..].Length > 0 ? " 0 0 0 0 0 0 0 0 0 0 0" : "";
        string all = "0 18446744073709551615 0 1000 0 1000 4" + rest;
        tree.Set("schemes", all);
        tree.Set(tree.Targets, "1");
        tree.Start();
        int columns = all.Split(' ').Length;
        ulong[] Now() => [.. tree.Read("schemes").Trim().Split(' ').Skip(columns).Select(n => ulong.Parse(n, CultureInfo.InvariantCulture))];
        TestTree.WaitUntil("a scheme that was tried", () => Now()[0] > 0);
        ulong[] early = Now();
        TestTree.WaitUntil("counters that grow", () => Now()[0] > early[0] && Now()[1] > early[1]);
        tree.Stop();
        ulong[] end = Now();
        if (tree.FileSystem.Era.HasAppliedStatistics)
        {
            Assert.Equal(end[0], end[2]);
            Assert.Equal(end[1], end[3]);
            Assert.Equal(0UL, end[4]);
        }

        tree.Set(tree.Targets, "1");
        tree.Start();
        TestTree.WaitUntil("counters that go on in the next run", () => Now()[0] > end[0]);
        tree.Stop();
        tree.Set("schemes", all);
        Assert.All(Now(), n => Assert.Equal(0UL, n));
    }

    [Fact]
    public void A_quota_that_is_no_whole_number_of_pages_stops_the_counters_where_its_pages_end()
    {
        // 8193 bytes an hour, and beside it a scheme that counts the passes.
        using TestTree tree = new TestTree("5.18").Fast();
        tree.Set(
            "schemes",
            "0 18446744073709551615 0 1000 0 1000 4 0 8193 3600000 0 0 0 0 0 0 0 0\n0 18446744073709551615 0 1000 0 1000 5 0 0 0 0 0 0 0 0 0 0 0");
        tree.Set("target_ids", "1");
        tree.Start();
        ulong[] Counters(int scheme) =>
            [.. tree.Read("schemes").Split('\n')[scheme].Split(' ')[18..].Select(n => ulong.Parse(n, CultureInfo.InvariantCulture))];
        TestTree.WaitUntil("the first window", () => Counters(0)[1] >= 8192);
        ulong passes = Counters(1)[0];
        TestTree.WaitUntil("passes enough to use up a quota that runs away", () => Counters(1)[0] > passes + 300);
        tree.Stop();
        ulong[] counters = Counters(0);
        Assert.Equal((8192UL, 8192UL), (counters[1], counters[3]));
        Assert.InRange(counters[0], 1UL, 2UL);
    }

    [Fact]
    public void Contradictions_that_an_era_takes_run_and_match_nothing()
    {
        using TestTree tree = new TestTree("5.16").Fast();
        string[] schemes =
        [
            "2 1 0 1000 0 1000 4 0 0 0 0 0 0 0 0 0 0 0",
            "0 18446744073709551615 0 1000 0 1000 5 0 0 0 0 0 0 1 0 2 3 5", // Never active.
            "0 18446744073709551615 0 1000 0 1000 5 0 0 0 0 0 0 0 0 0 0 0",
        ];
        tree.Set("schemes", string.Join('\n', schemes));
        tree.Set("target_ids", "1");
        tree.Start();
        TestTree.WaitUntil("the sound scheme", () => !tree.Read("schemes").Split('\n')[2].EndsWith(Counters(tree), StringComparison.Ordinal));
        tree.Stop();
        Assert.Equal(schemes[0] + Counters(tree), tree.Read("schemes").Split('\n')[0]);
        Assert.Empty(tree.Log);
    }
}
