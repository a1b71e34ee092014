using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;
using Damon.Schemes;
using Damon.Schemes.Replay;
using Damon.Schemes.Text;
using Damon.Simulation;
using Damon.Tests.Records;

namespace Damon.Tests.Schemes.Replay;

public class SchemeReplayTests
{
    const ulong MiB = 1 << 20;
    const long Second = 1_000_000_000;

    static Scheme[] StatSchemes() =>
    [
        new() { Pattern = new AccessPattern { MaxNrAccesses = PatternBound.Min, MinAge = PatternBound.OfMicroseconds(2e6) } },
        new() { Pattern = new AccessPattern { MinNrAccesses = PatternBound.OfPercent(50) } },
        new() { Pattern = new AccessPattern { MinSize = 2 * MiB, MinAge = PatternBound.OfCount(5), MaxAge = PatternBound.OfCount(20) } },
        new() { Action = SchemeAction.Stat, Quota = new SchemeQuota { SizeBytes = 50 * MiB, ResetIntervalMs = 1000 } },
    ];

    sealed class Keep(List<Snapshot> snapshots, long endNs) : IKdamondObserver
    {
        public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
        {
            snapshots.Add(snapshot.Clone());
            return snapshot.TimeNs < endNs;
        }
    }

    static List<Snapshot> Record(Scheme[] schemes)
    {
        SimulatedClock clock = new();
        SimulatedOperations operations = new(
            SimulatedPattern.Parse("""
                map 1G 512M
                phase 3s
                  access 1100M 64M always
                  access 1300M 20M every 20ms
                phase 4s
                  access 1200M 64M always
                repeat
                """),
            clock);
        SchemeEngine engine = new(operations, clock);
        foreach (Scheme scheme in schemes)
        {
            engine.Add(scheme);
        }

        List<Snapshot> snapshots = [];
        MonitoringContext context = new(operations, seed: 3) { Policy = engine };
        context.AddTarget(new Target(1));
        context.Observers.Add(new Keep(snapshots, 30 * Second));
        new Kdamond(context, clock).Run();
        return snapshots;
    }

    [Theory]
    [InlineData("8192B", 3, 24_576, 2)]
    [InlineData("8193B", 3, 24_576, 2)]
    [InlineData("12287B", 3, 24_576, 2)]
    [InlineData("12288B", 3, 36_864, 2)]
    [InlineData("4095B", 0, 0, 2)]
    public void A_size_that_is_no_whole_number_of_pages_is_as_good_as_the_pages_in_it(string size, ulong tried, ulong bytes, ulong exceeded)
    {
        Scheme[] schemes = [.. SchemeFile.Parse($"4K max min min 1s max stat {size} 1s", "the scheme")];
        SchemeReplay replay = new(schemes, new());
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(GenuineRecord.Bytes("quota-idle.txt")));
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            replay.Add(snapshot);
        }

        Assert.Equal((tried, bytes, exceeded), (schemes[0].Statistics.NrTried, schemes[0].Statistics.SizeTried, schemes[0].Statistics.QuotaExceeds));
    }

    [Fact]
    public void Counters_of_a_replay_equal_those_of_the_live_run()
    {
        Scheme[] live = StatSchemes()[..3];
        List<Snapshot> snapshots = Record(live);
        SchemeReplay replay = new(StatSchemes()[..3], new MonitoringAttributes());
        snapshots.ForEach(replay.Add);
        Assert.Equal(snapshots.Count, replay.NrSnapshots);
        for (int i = 0; i < live.Length; i++)
        {
            SchemeStatistics expected = live[i].Statistics;
            SchemeStatistics actual = replay.Schemes[i].Statistics;
            Assert.True(expected.NrTried > 0);
            Assert.Equal(expected.ToSnapshot(0), actual.ToSnapshot(0));
        }
    }

    [Fact]
    public void A_quota_holds_in_a_replay_too()
    {
        List<Snapshot> snapshots = Record([]);
        SchemeReplay replay = new(StatSchemes(), new MonitoringAttributes());
        snapshots.ForEach(replay.Add);
        Assert.InRange(replay.Schemes[3].Statistics.SizeTried, 29 * 50 * MiB, 31 * 50 * MiB);
    }

    [Fact]
    public void Ages_are_followed_where_the_record_has_none()
    {
        List<Snapshot> snapshots = Record([]);
        SchemeReplay known = new(StatSchemes()[..1], new MonitoringAttributes());
        SchemeReplay unknown = new(StatSchemes()[..1], new MonitoringAttributes());
        snapshots.ForEach(known.Add);
        foreach (Snapshot snapshot in snapshots)
        {
            Snapshot ageless = new();
            ageless.Reset(snapshot.TimeNs);
            ageless.AddTarget(1);
            foreach (SnapshotRegion region in snapshot[0].Regions)
            {
                ageless.AddRegion(new SnapshotRegion(region.Start, region.End, region.NrAccesses, SnapshotRegion.UnknownAge));
            }

            unknown.Add(ageless);
        }

        double expected = known.Schemes[0].Statistics.SizeTried;
        Assert.InRange(unknown.Schemes[0].Statistics.SizeTried, 0.9 * expected, 1.1 * expected);
    }

    static Snapshot At(double seconds, params (ulong Start, ulong End, uint NrAccesses, int Age)[] regions)
    {
        Snapshot snapshot = new();
        snapshot.Reset((long)(seconds * 1e9));
        snapshot.AddTarget(7);
        foreach ((ulong start, ulong end, uint nrAccesses, int age) in regions)
        {
            snapshot.AddRegion(new SnapshotRegion(start * MiB, end * MiB, nrAccesses, age));
        }

        return snapshot;
    }

    [Fact]
    public void The_age_of_taken_memory_counts_from_the_action()
    {
        Scheme scheme = new()
        {
            Action = SchemeAction.PageOut,
            Pattern = new AccessPattern { MaxNrAccesses = PatternBound.Min, MinAge = PatternBound.OfCount(10) },
        };
        SchemeReplay replay = new([scheme], new MonitoringAttributes());
        for (int i = 0; i < 25; i++)
        {
            replay.Add(At(i * 0.1, (0, 10, 0, i)));
        }

        // At ages 10 and 20 only.
        Assert.Equal(2ul, scheme.Statistics.NrTried);
        Assert.Equal(2.5, replay.Seconds, 9);
    }

    [Fact]
    public void Memory_taken_repeatedly_is_watched_from_the_first_time()
    {
        // 10 of 100 MiB come back after 7 s; a scheme that takes what is idle for a second takes the rest some thirty times.
        Scheme scheme = new()
        {
            Action = SchemeAction.PageOut,
            Pattern = new AccessPattern { MaxNrAccesses = PatternBound.Min, MinAge = PatternBound.OfCount(10) },
        };
        SchemeReplay replay = new([scheme], new MonitoringAttributes());
        for (int i = 0; i < 300; i++)
        {
            replay.Add(At(i * 0.1, (0, 10, i == 80 ? 5u : 0, i < 80 ? i : i - 80), (10, 100, 0, i)));
        }

        Assert.InRange(scheme.Statistics.NrTried, 50ul, 60ul);
        Assert.Equal(100 * MiB, replay.TakenBytes(0));
        replay.End();
        RegretWindow window = replay.RegretOf(0)[0];
        Assert.Equal((10, 10 * MiB), (window.Seconds, window.RegrettedBytes));
        Assert.Equal(110 * MiB, window.JudgedBytes);
    }

    [Fact]
    public void A_replay_gives_regions_and_bytes_for_each_second()
    {
        SchemeReplay replay = new([new Scheme { Pattern = new AccessPattern { MinNrAccesses = PatternBound.OfCount(1) } }], new MonitoringAttributes());
        replay.Add(At(5.0, (0, 10, 3, 0), (20, 21, 1, 0)));
        replay.Add(At(5.9, (0, 10, 3, 0)));
        replay.Add(At(6.5, (0, 10, 0, 0)));
        replay.Add(At(7.0, (0, 2, 4, 0)));
        Assert.Equal([new ReplaySecond(0, 3, 21 * MiB), new ReplaySecond(2, 1, 2 * MiB)], replay.SecondsOf(0));
    }

    [Fact]
    public void Regret_is_what_came_back_in_time()
    {
        Scheme scheme = new()
        {
            Action = SchemeAction.PageOut,
            Pattern = new AccessPattern { MaxNrAccesses = PatternBound.Min, MinAge = PatternBound.OfCount(10) },
        };
        SchemeReplay replay = new([scheme], new MonitoringAttributes());
        replay.Add(At(0, (0, 100, 0, 10)));
        replay.Add(At(5, (0, 10, 3, 0), (10, 100, 0, 1)));
        replay.Add(At(40, (0, 10, 3, 0), (10, 30, 1, 0), (30, 100, 0, 2)));
        replay.Add(At(100, (0, 100, 0, 3)));
        replay.End();

        // Of 100 MiB, 10 came back after 5 s, 20 after 40 s; what happens within 5 min, 100 s do not tell.
        Assert.Equal(
            [(10, 100 * MiB, 10 * MiB), (60, 100 * MiB, 30 * MiB), (300, 0ul, 0ul)],
            replay.RegretOf(0).Select(w => (w.Seconds, w.JudgedBytes, w.RegrettedBytes)));
        Assert.Equal(0.3, replay.RegretOf(0)[1].Share!.Value, 12);
        Assert.Null(new RegretWindow(1).Share);
    }
}
