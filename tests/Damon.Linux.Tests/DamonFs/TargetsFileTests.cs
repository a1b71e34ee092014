using Damon.Linux.DamonFs;
using Damon.Linux.Native;
using Damon.Linux.Processes;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>The files <c>pids</c> and <c>target_ids</c>.</summary>
public sealed class TargetsFileTests
{
    /// <summary>Text and what is read afterwards, for every era: processes 1, 2, 3, 4, 12, 35, 46 and 123 live.</summary>
    public static TheoryData<string, string, string> Rows()
    {
        TheoryData<string, string, string> rows = [];
        foreach (DamonFsEra era in DamonFsEra.All)
        {
            foreach ((string text, string read) in ((string, string)[])
            [
                ("1 2 3 4", "1 2 3 4"), // Selftest.
                ("1 2 abc 4", "1 2"),
                ("abc 2 3", ""),
                ("", ""),
                ("\n", ""),
                ("1 2 3", "1 2 3"), // Kunit: reading.
                ("1 2", "1 2"),
                ("2", "2"),
                ("123", "123"), // Kunit: parsing.
                ("123abc", "123"),
                ("a123", ""),
                ("12 35", "12 35"),
                ("12 35 46", "12 35 46"),
                ("12 35 abc 46", "12 35"),
                ("1\n2\t3\n", "1 2 3"),
                ("1 1", "1 1"),
                ("1\0 2", "1"),
                ("4294967297", "1"), // Cut to 32 bits.
                ("paddrx", ""),
                ("paddr\n1", ""),
                ("paddr 1", ""),
                (" paddr\n", ""),
            ])
            {
                rows.Add(era.Name, text, read + "\n");
            }

            foreach (string text in (string[])["paddr\n", "paddr", "padd", "p", "paddr\n\0", "paddr\n\0 1"])
            {
                rows.Add(era.Name, text, era.Name == "seed" ? "-1\n" : "42\n");
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Writes(string era, string text, string read)
    {
        using TestTree tree = new(era);
        tree.Factory.Live(4, 12, 35, 46, 123);
        tree.Set(tree.Targets, "3");
        tree.Set(tree.Targets, text);
        Assert.Equal(read, tree.Read(tree.Targets));
    }

    [Theory]
    [InlineData("seed", "None", "1 99 2\n")]
    [InlineData("target_ids", "None", "1 0 2\n")]
    [InlineData("5.15", "EINVAL", "3\n")]
    [InlineData("5.16", "EINVAL", "3\n")]
    [InlineData("5.17", "EINVAL", "3\n")]
    [InlineData("5.18", "ENOMEM", "3\n")]
    [InlineData("6.1", "ENOMEM", "3\n")]
    [InlineData("6.7", "ENOMEM", "3\n")]
    [InlineData("6.8", "ENOMEM", "3\n")]
    public void A_missing_pid_gives_the_error_of_its_era(string era, string errno, string read)
    {
        using TestTree tree = new(era);
        tree.Set(tree.Targets, "3");
        Assert.Equal(errno, tree.Write(tree.Targets, "1 99 2").ToString());
        Assert.Equal(read, tree.Read(tree.Targets));
        Assert.Equal(read.Trim().Split(' ').Count(p => p is "1" or "2" or "3"), tree.Factory.NrOpen);
    }

    [Theory]
    [InlineData("seed", "-5 1", "None", "-5 1\n")]
    [InlineData("target_ids", "-5 1", "None", "\n")]
    [InlineData("5.15", "-5 1", "None", "\n")]
    [InlineData("5.18", "-5 1", "ENOMEM", "\n")]
    [InlineData("6.8", "- 5", "None", "\n")]
    [InlineData("6.8", "+5", "None", "\n")]
    public void A_minus_sign_is_accepted_only_in_eras_that_accept_it(string era, string text, string errno, string read)
    {
        using TestTree tree = new(era);
        Assert.Equal(errno, tree.Write(tree.Targets, text).ToString());
        Assert.Equal(read, tree.Read(tree.Targets));
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("target_ids")]
    [InlineData("6.8")]
    public void A_pid_that_has_ended_is_still_shown(string era)
    {
        using TestTree tree = new(era);
        tree.Set(tree.Targets, "2");
        tree.Factory.Kill(2);
        Assert.Equal("2\n", tree.Read(tree.Targets));
    }

    [Theory]
    [MemberData(nameof(TestTree.Eras), MemberType = typeof(TestTree))]
    public void Of_33_pids_the_last_does_not_count(string era)
    {
        using TestTree tree = new(era);
        int[] pids = [.. Enumerable.Range(1_000_000, 33)];
        tree.Factory.Live(pids[..32]);
        tree.Set(tree.Targets, string.Join(' ', pids));
        Assert.Equal(string.Join(' ', pids[..32]) + "\n", tree.Read(tree.Targets));
    }

    [Fact]
    public void The_text_is_cut_at_the_kernels_buffer()
    {
        using TestTree tree = new("seed");
        tree.Set("pids", string.Join(' ', Enumerable.Range(0, 32).Select(i => 1_000_000_000 + i)));
        string read = tree.Read("pids");
        Assert.Equal(319, read.Length);
        Assert.Equal(string.Join(' ', Enumerable.Range(0, 29).Select(i => 1_000_000_000 + i))[..318] + "\n", read);
    }

    [Theory]
    [InlineData("seed", "EINVAL")]
    [InlineData("target_ids", "EINVAL")]
    [InlineData("5.15", "EBUSY")]
    [InlineData("5.16", "EBUSY")]
    [InlineData("5.17", "EBUSY")]
    [InlineData("5.18", "EBUSY")]
    [InlineData("6.1", "EBUSY")]
    [InlineData("6.7", "EBUSY")]
    [InlineData("6.8", "EBUSY")]
    public void A_running_context_refuses_new_targets(string era, string errno)
    {
        using TestTree tree = new(era);
        tree.Set(tree.Targets, "1");
        tree.Start();
        Assert.Equal(errno, tree.Write(tree.Targets, "2").ToString());
        Assert.Equal(errno, tree.Write(tree.Targets, "paddr\n").ToString());
        Assert.Equal(errno, tree.Write(tree.Targets, "").ToString());
        if (tree.FileSystem.Era.UnknownPid is var unknown and not Errno.None)
        {
            Assert.Equal(unknown, tree.Write(tree.Targets, "99"));
        }

        Assert.Equal("1\n", tree.Read(tree.Targets));
    }

    [Fact]
    public void A_kernel_without_paddr_refuses_it_and_has_no_targets_then()
    {
        using TestTree tree = new("5.18");
        tree.Factory.KnowsPhysical = false;
        tree.Set("target_ids", "1");
        Assert.Equal(Errno.EINVAL, tree.Write("target_ids", "paddr\n"));
        Assert.Equal("\n", tree.Read("target_ids"));
    }

    [Fact]
    public void Pidfds_of_the_writer_name_its_targets()
    {
        using TestTree tree = new("target_ids");
        tree.Factory.Descriptors[3] = 2;
        tree.Factory.Descriptors[7] = 1;
        tree.Factory.Descriptors[8] = -1; // Has ended.
        tree.Set("target_ids", "pidfd 3 7");
        Assert.Equal("2 1\n", tree.Read("target_ids"));
        tree.Set("target_ids", "pidfd 3 8 x 7");
        Assert.Equal("2 0\n", tree.Read("target_ids"));
        Assert.Equal(Errno.EINVAL, tree.Write("target_ids", "pidfd 3 9"));
        Assert.Equal("2 0\n", tree.Read("target_ids"));
        tree.Set("target_ids", "pidfd");
        Assert.Equal("\n", tree.Read("target_ids"));
    }

    [Fact]
    public void Pidfds_are_accepted_in_one_era_only()
    {
        using TestTree tree = new("6.1");
        tree.Factory.Descriptors[3] = 2;
        tree.Set("target_ids", "pidfd 3");
        Assert.Equal("\n", tree.Read("target_ids"));
    }

    [Fact]
    public void Processes_of_others_need_root()
    {
        using TestTree tree = new("6.1");
        tree.Factory.SetUser(1, 1000);
        tree.Factory.SetUser(2, 1001);
        DamonFsCaller user = new(50, 1000);
        Assert.Equal(Errno.None, tree.Write("target_ids", "1"u8.ToArray(), user));
        Assert.Equal(Errno.EPERM, tree.Write("target_ids", "1 2"u8.ToArray(), user));
        Assert.Equal(Errno.EPERM, tree.Write("target_ids", "3"u8.ToArray(), user));
        Assert.Equal("1\n", tree.Read("target_ids"));
        Assert.Equal(Errno.None, tree.Write("target_ids", "1 2 3"u8.ToArray(), TestTree.Root));
    }

    [Theory]
    [MemberData(nameof(TestTree.Eras), MemberType = typeof(TestTree))]
    public void Other_targets_take_the_regions_with_them(string era)
    {
        using TestTree tree = new(era);
        if (!tree.FileSystem.Era.HasInitRegions)
        {
            return;
        }

        tree.Set(tree.Targets, "1");
        tree.Set("init_regions", tree.FileSystem.Era.NumbersTargets ? "0 10 20" : "1 10 20");
        Assert.NotEqual("", tree.Read("init_regions"));
        tree.Set(tree.Targets, "1");
        Assert.Equal("", tree.Read("init_regions"));
    }

    [Fact]
    public void A_descriptor_of_this_process_is_found_in_proc()
    {
        LinuxOperationsFactory factory = new();
        using PidFd own = PidFd.Open(Environment.ProcessId, out _)!;
        Assert.Equal(Environment.ProcessId, factory.PidOfDescriptor(Environment.ProcessId, own.Handle));
        Assert.Null(factory.PidOfDescriptor(Environment.ProcessId, 1_000_000));
        using FileStream file = File.OpenRead("/dev/null");
        Assert.Null(factory.PidOfDescriptor(Environment.ProcessId, (int)file.SafeFileHandle.DangerousGetHandle()));
        Assert.Null(factory.PidOfDescriptor(int.MaxValue, 0));
        Assert.Null(factory.FindProcess(int.MaxValue));
        Assert.Null(factory.FindProcess(0));
        Assert.Null(factory.FindProcess(-1));
    }
}
