using System.Globalization;
using Damon.Linux.AccessChecks;
using Damon.Linux.DamonFs;
using Damon.Linux.Native;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>The files <c>monitor_on</c> and <c>kdamond_pid</c>: starts, ends, and what happens between.</summary>
public sealed class MonitorOnFileTests
{
    public static TheoryData<string> ErasWithContexts => [.. DamonFsEra.All.Where(e => e.HasContextFiles || e.HasContextCount).Select(e => e.Name)];

    static void AddContext(TestTree tree) =>
        tree.Set(tree.FileSystem.Era.HasContextFiles ? "mk_contexts" : "nr_contexts", tree.FileSystem.Era.HasContextFiles ? "ctx1" : "2");

    [Theory]
    [InlineData("", "EINVAL")]
    [InlineData(" \n", "EINVAL")]
    [InlineData("\0on", "EINVAL")]
    [InlineData("onn", "EINVAL")]
    [InlineData("1", "EINVAL")]
    [InlineData("On", "EINVAL")]
    [InlineData("offf", "EINVAL")]
    [InlineData("on\n", "None")]
    [InlineData("on", "None")]
    [InlineData(" \n on\n", "None")]
    [InlineData("on off", "None")]
    [InlineData("o", "None")] // The comparison ends with what was written.
    [InlineData("o\n", "EINVAL")]
    [InlineData("off\n", "EPERM")]
    [InlineData("off", "EPERM")]
    [InlineData("of", "EPERM")]
    [InlineData(" off x", "EPERM")]
    public void Words(string text, string errno)
    {
        foreach (DamonFsEra era in DamonFsEra.All)
        {
            using TestTree tree = new(era.Name);
            tree.Set(tree.Targets, "1");
            Assert.Equal(errno, tree.Write(tree.MonitorOn, text).ToString());
            Assert.Equal(errno == "None" ? "on\n" : "off\n", tree.Read(tree.MonitorOn));
        }
    }

    [Theory]
    [MemberData(nameof(TestTree.Eras), MemberType = typeof(TestTree))]
    public void A_start_is_exclusive_and_a_stop_waits(string era)
    {
        using TestTree tree = new TestTree(era).Fast();
        tree.Set(tree.Targets, "1 2");
        tree.Start();
        Assert.Equal(Errno.EBUSY, tree.Write(tree.MonitorOn, "on"));
        tree.Stop();
        Assert.Equal(0, tree.Factory.NrEngines);
        Assert.Equal(Errno.EPERM, tree.Write(tree.MonitorOn, "off"));
    }

    [Theory]
    [MemberData(nameof(TestTree.Eras), MemberType = typeof(TestTree))]
    public void On_without_targets_is_refused_only_in_eras_that_refuse_it(string era)
    {
        using TestTree tree = new(era);
        if (tree.FileSystem.Era.RefusesEmptyContexts)
        {
            Assert.Equal(Errno.EINVAL, tree.Write(tree.MonitorOn, "on"));
            Assert.Equal("off\n", tree.Read(tree.MonitorOn));
        }
        else
        {
            // It starts and stops at once.
            tree.Set(tree.MonitorOn, "on");
            TestTree.WaitUntil("the end", () => tree.Read(tree.MonitorOn) == "off\n");
        }
    }

    [Theory]
    [MemberData(nameof(ErasWithContexts))]
    public void All_contexts_start_and_stop_together(string era)
    {
        using TestTree tree = new TestTree(era).Fast();
        AddContext(tree);
        tree.Fast("ctx1/").Set(tree.Targets, "1");
        if (tree.FileSystem.Era.RefusesEmptyContexts)
        {
            Assert.Equal(Errno.EINVAL, tree.Write(tree.MonitorOn, "on"));
        }

        tree.Set("ctx1/" + tree.Targets, "2");
        tree.Start();
        Assert.Equal(2, tree.Factory.NrEngines);
        Assert.Equal(Errno.EBUSY, tree.Write("attrs", "1 2 3 4 5"));
        Assert.Equal(Errno.EBUSY, tree.Write("ctx1/attrs", "1 2 3 4 5"));
        tree.Stop();
    }

    [Theory]
    [MemberData(nameof(ErasWithContexts))]
    public void Contexts_end_by_themselves_one_by_one(string era)
    {
        using TestTree tree = new TestTree(era).Fast();
        AddContext(tree);
        tree.Fast("ctx1/").Set(tree.Targets, "1");
        tree.Set("ctx1/" + tree.Targets, "2");
        tree.Start();
        tree.Factory.Kill(1);
        TestTree.WaitUntil("the end of the first", () => tree.Write("attrs", "1000 5000 20000 3 100") == Errno.None);

        // It is on while any runs; the first that does not ends the stop.
        Assert.Equal("on\n", tree.Read(tree.MonitorOn));
        Assert.Equal(Errno.EPERM, tree.Write(tree.MonitorOn, "off"));
        Assert.Equal("on\n", tree.Read(tree.MonitorOn));
        Assert.Equal(tree.FileSystem.Era.RemovesTargets ? Errno.EINVAL : Errno.EBUSY, tree.Write(tree.MonitorOn, "on"));
        if (tree.FileSystem.Era.RemovesTargets)
        {
            tree.Set(tree.Targets, "3");
            Assert.Equal(Errno.EBUSY, tree.Write(tree.MonitorOn, "on"));
        }

        tree.Factory.Kill(2);
        TestTree.WaitUntil("the end of all", () => tree.Read(tree.MonitorOn) == "off\n");
    }

    [Fact]
    public void A_stop_ends_those_before_the_first_that_does_not_run()
    {
        using TestTree tree = new TestTree("6.1").Fast();
        AddContext(tree);
        tree.Fast("ctx1/").Set("target_ids", "1");
        tree.Set("ctx1/target_ids", "2");
        tree.Start();
        tree.Factory.Kill(2);
        TestTree.WaitUntil("the end of the second", () => tree.Read("ctx1/kdamond_pid") == "none\n");
        Assert.Equal(Errno.EPERM, tree.Write("monitor_on", "off"));
        Assert.Equal("off\n", tree.Read("monitor_on"));
    }

    [Theory]
    [InlineData("seed", "1\n", "1\n")]
    [InlineData("target_ids", "1\n", "1\n")]
    [InlineData("5.15", "\n", "\n")]
    [InlineData("5.18", "\n", "\n")]
    [InlineData("6.8", "\n", "\n")]
    public void Targets_after_the_end_of_a_run_are_those_of_the_era(string era, string afterStop, string afterDeath)
    {
        using TestTree tree = new TestTree(era).Fast();
        tree.Set(tree.Targets, "1");
        if (tree.FileSystem.Era.HasInitRegions)
        {
            tree.Set("init_regions", tree.FileSystem.Era.NumbersTargets ? "0 1048576 2097152" : "1 1048576 2097152");
        }

        tree.Start();
        Assert.Equal("1\n", tree.Read(tree.Targets));
        tree.Stop();
        Assert.Equal(afterStop, tree.Read(tree.Targets));
        if (tree.FileSystem.Era.HasInitRegions)
        {
            Assert.Equal("", tree.Read("init_regions")); // The kdamond takes all regions with it.
        }

        tree.Set(tree.Targets, "1");
        tree.Start();
        tree.Factory.Kill(1);
        TestTree.WaitUntil("the end", () => tree.Read(tree.MonitorOn) == "off\n");
        Assert.Equal(afterDeath, tree.Read(tree.Targets));
    }

    [Theory]
    [MemberData(nameof(TestTree.Eras), MemberType = typeof(TestTree))]
    public void Physical_memory_stays_a_target_and_does_not_end_by_itself(string era)
    {
        using TestTree tree = new TestTree(era).Fast();
        tree.Set(tree.Targets, "paddr\n");
        tree.Start();
        Thread.Sleep(30);
        tree.Stop();
        Assert.Equal(era == "seed" ? "-1\n" : "42\n", tree.Read(tree.Targets));
        tree.Start();
        tree.Stop();
    }

    [Fact]
    public void Targets_that_cannot_be_monitored_are_named_in_the_log()
    {
        List<string> log = [];

        // The frames of physical memory have no clear_refs.
        using DamonFileSystem fileSystem = new(DamonFsEra.First, new LinuxOperationsFactory(AccessCheckKind.ClearRefs), log.Add);
        ((DamonFsFile)fileSystem.Root.Find("pids")!).Write("paddr\n"u8, TestTree.Root, TestContext.Current.CancellationToken);
        DamonFsException e = Assert.Throws<DamonFsException>(() =>
            ((DamonFsFile)fileSystem.Root.Find("monitor_on")!).Write("on"u8, TestTree.Root, TestContext.Current.CancellationToken));
        Assert.Equal(Errno.EOPNOTSUPP, e.Errno);
        Assert.Contains("physical", Assert.Single(log), StringComparison.Ordinal);
        Assert.False(fileSystem.IsAnyRunning);
    }

    [Fact]
    public void Kdamonds_are_threads_with_a_name_and_a_number()
    {
        using TestTree tree = new TestTree("6.1").Fast();
        AddContext(tree);
        tree.Set("target_ids", "1");
        tree.Set("ctx1/target_ids", "2");
        Assert.Equal("none\n", tree.Read("kdamond_pid"));
        tree.Start();
        int first = int.Parse(tree.Read("kdamond_pid"), CultureInfo.InvariantCulture);
        int second = int.Parse(tree.Read("ctx1/kdamond_pid"), CultureInfo.InvariantCulture);
        Assert.Equal("kdamond.0\n", File.ReadAllText($"/proc/self/task/{first}/comm"));
        Assert.Equal("kdamond.1\n", File.ReadAllText($"/proc/self/task/{second}/comm"));
        tree.Stop();
        Assert.Equal("none\n", tree.Read("kdamond_pid"));
        Assert.Equal("none\n", tree.Read("ctx1/kdamond_pid"));
    }

    [Theory]
    [InlineData("seed")]
    [InlineData("target_ids")]
    public void Early_kdamonds_are_named_after_who_started_them(string era)
    {
        using TestTree tree = new(era);
        tree.Set(tree.Targets, "1");
        tree.Start();
        Assert.Contains("kdamond.77.0\n", Directory.GetDirectories("/proc/self/task").Select(t => File.ReadAllText(t + "/comm")));
        tree.Stop();
    }

    [Fact]
    public void A_stop_that_is_cancelled_leaves_the_stop_in_force()
    {
        using TestTree tree = new TestTree("6.1").Fast();
        tree.Set("target_ids", "1");
        tree.Factory.MayEnd.Reset();
        tree.Start();
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(50));
        DamonFsException e = Assert.Throws<DamonFsException>(() => tree.File("monitor_on").Write("off"u8, TestTree.Root, source.Token));
        Assert.Equal(Errno.EINTR, e.Errno);

        // While it ends it is on, and busy, and its targets can be read.
        Assert.Equal("on\n", tree.Read("monitor_on"));
        Assert.Equal("1\n", tree.Read("target_ids"));
        Assert.NotEqual("none\n", tree.Read("kdamond_pid"));
        Assert.Equal(Errno.EBUSY, tree.Write("monitor_on", "on"));
        Assert.Equal(Errno.EBUSY, tree.Write("attrs", "1 2 3 4 5"));
        Assert.Equal(Errno.EBUSY, tree.Write("target_ids", "2"));
        Assert.Equal(Errno.EBUSY, tree.Write("mk_contexts", "x"));
        Assert.Equal(Errno.EBUSY, tree.Write("rm_contexts", "x"));
        tree.Factory.MayEnd.Set();
        TestTree.WaitUntil("the end", () => tree.Read("monitor_on") == "off\n");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_it_starts_it_is_on_and_can_be_stopped(bool fails)
    {
        using TestTree tree = new TestTree("6.1").Fast();
        tree.Set("target_ids", "1");
        tree.Factory.Failure = fails ? SimulatedFactory.Refusal(Errno.EOPNOTSUPP) : null;
        tree.Factory.MayStart.Reset();
        Task<Errno> start = Task.Run(() => tree.Write("monitor_on", "on"), TestContext.Current.CancellationToken);
        TestTree.WaitUntil("the start", () => tree.Read("monitor_on") == "on\n");
        Assert.Equal("none\n", tree.Read("kdamond_pid"));
        Assert.Equal("1\n", tree.Read("target_ids"));
        Assert.Equal(Errno.EBUSY, tree.Write("target_ids", "2"));
        Assert.Equal(Errno.EBUSY, tree.Write("monitor_on", "on"));
        Task<Errno> stop = Task.Run(() => tree.Write("monitor_on", "off"), TestContext.Current.CancellationToken);
        Thread.Sleep(30);
        Assert.False(start.IsCompleted || stop.IsCompleted);
        tree.Factory.MayStart.Set();
        Assert.Equal(fails ? Errno.EOPNOTSUPP : Errno.None, await start);
        Assert.Equal(Errno.None, await stop);
        Assert.Equal("off\n", tree.Read("monitor_on"));
    }

    [Fact]
    public async Task Two_stops_wait_for_the_same_end()
    {
        using TestTree tree = new TestTree("6.1").Fast();
        tree.Set("target_ids", "1");
        tree.Factory.MayEnd.Reset();
        tree.Start();
        Task<Errno>[] stops = [Task.Run(() => tree.Write("monitor_on", "off")), Task.Run(() => tree.Write("monitor_on", "off"))];
        Thread.Sleep(50);
        Assert.All(stops, s => Assert.False(s.IsCompleted));
        tree.Factory.MayEnd.Set();
        Assert.Equal([Errno.None, Errno.None], await Task.WhenAll(stops));
        Assert.Equal("off\n", tree.Read("monitor_on"));
    }

    [Fact]
    public async Task A_stop_while_the_target_dies_ends()
    {
        using TestTree tree = new("6.1");
        for (int i = 0; i < 30; i++)
        {
            tree.Factory.Live(1);
            tree.Set("attrs", "100 200 20000 3 100");
            tree.Set("target_ids", "1");
            tree.Start();
            Task death = Task.Run(() => tree.Factory.Kill(1), TestContext.Current.CancellationToken);
            Assert.True(tree.Write("monitor_on", "off") is Errno.None or Errno.EPERM);
            await death;
            Assert.Equal("off\n", tree.Read("monitor_on"));
            Assert.Equal("\n", tree.Read("target_ids"));
        }
    }

    [Fact]
    public void A_start_that_fails_changes_nothing()
    {
        using TestTree tree = new("5.18");
        AddContext(tree);
        tree.Set("target_ids", "1");
        tree.Set("ctx1/target_ids", "2");
        tree.Set("init_regions", "0 10 20");
        foreach ((Exception failure, Errno errno) in ((Exception, Errno)[])[
            (SimulatedFactory.Refusal(Errno.EOPNOTSUPP), Errno.EOPNOTSUPP),
            (new InvalidOperationException("broken"), Errno.EIO),
        ])
        {
            tree.Factory.Failure = failure;
            Assert.Equal(errno, tree.Write("monitor_on", "on"));
            Assert.Equal("off\n", tree.Read("monitor_on"));
            Assert.Equal("1\n", tree.Read("target_ids"));
            Assert.Equal("0 10 20\n", tree.Read("init_regions"));
            Assert.Equal("none\n", tree.Read("kdamond_pid"));
            Assert.Contains(failure.Message, tree.Log.Last(), StringComparison.Ordinal);
        }

        // The second context is refused after the first was made ready.
        tree.Factory.Failure = null;
        tree.Factory.Refused.Add(2);
        Assert.Equal(Errno.EPERM, tree.Write("monitor_on", "on"));
        Assert.Equal(0, tree.Factory.NrEngines);
        tree.Factory.Refused.Clear();
        tree.Start();
        tree.Stop();
    }

    [Fact]
    public void A_target_that_cannot_be_monitored_is_reported_beside_one_that_can()
    {
        using TestTree tree = new("6.1");
        tree.Factory.Refused.Add(2);
        tree.Set("target_ids", "1 2");
        tree.Start();
        Assert.Contains("target 2", Assert.Single(tree.Log), StringComparison.Ordinal);
        tree.Stop();
    }

    [Theory]
    [MemberData(nameof(TestTree.Eras), MemberType = typeof(TestTree))]
    public void Targets_that_have_ended_before_the_start_end_it_at_once(string era)
    {
        using TestTree tree = new(era);
        tree.Set(tree.Targets, "1");
        tree.Factory.Kill(1);
        tree.Set(tree.MonitorOn, "on");
        TestTree.WaitUntil("the end", () => tree.Read(tree.MonitorOn) == "off\n");
        Assert.Empty(tree.Log);
    }

    [Fact]
    public async Task Many_clients_at_once_leave_a_sound_state()
    {
        using TestTree tree = new TestTree("6.1").Fast();
        tree.Factory.Live(Enumerable.Range(1, 9).ToArray());
        (string Path, string Text)[] writes =
        [
            ("monitor_on", "on"), ("monitor_on", "on"), ("monitor_on", "off"), ("mk_contexts", "a"), ("rm_contexts", "a"),
            ("target_ids", "1 2"), ("target_ids", "1 2"), ("target_ids", "paddr\n"), ("init_regions", "0 10 20"),
            ("schemes", "0 9999999 0 9 0 9 5 0 0 0 0 0 0 0 0 0 0 0"),
            ("attrs", "100 200 300 3 9"), ("a/target_ids", "3"), ("a/attrs", "100 200 300 3 9"),
        ];
        int nrStarts = 0;
        async Task Hand(int seed)
        {
            await Task.Yield();
            Random random = new(seed);
            for (int i = 0; i < 400; i++)
            {
                (string path, string text) = writes[random.Next(writes.Length)];
                DamonFsDirectory root = tree.FileSystem.Root;
                DamonFsNode? node = path.StartsWith("a/", StringComparison.Ordinal) ? (root.Find("a") as DamonFsDirectory)?.Find(path[2..]) : root.Find(path);
                if (node is not DamonFsFile file)
                {
                    continue;
                }

                try
                {
                    if (random.Next(3) > 0)
                    {
                        file.Write(System.Text.Encoding.ASCII.GetBytes(text), TestTree.Root, TestContext.Current.CancellationToken);
                        Interlocked.Add(ref nrStarts, text == "on" ? 1 : 0);
                    }
                    else
                    {
                        file.Read(TestTree.Root, TestContext.Current.CancellationToken);
                    }
                }
                catch (DamonFsException e)
                {
                    Assert.Contains(e.Errno, (Errno[])[Errno.EBUSY, Errno.EINVAL, Errno.EPERM, Errno.EEXIST, Errno.ENOENT, Errno.ENOMEM, Errno.EIO]);
                }

                if (random.Next(10) == 0)
                {
                    int pid = random.Next(1, 4);
                    tree.Factory.Kill(pid);
                    tree.Factory.Live(pid);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(1, 4).Select(Hand));
        Assert.NotEqual(0, nrStarts);
        Assert.DoesNotContain(tree.Log, line => line.Contains("monitoring ended", StringComparison.Ordinal));
    }

    [Fact]
    public void Closing_the_mount_stops_all_runs()
    {
        TestTree tree = new TestTree("6.1").Fast();
        tree.Set("target_ids", "1 2 3");
        tree.Start();
        tree.Dispose(); // Looks for what is left.
    }
}
