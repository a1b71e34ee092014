using System.Text;
using System.Text.Json;
using Damon.Monitoring;
using Damon.Records.Streams;
using Damon.Reports.Heats;

namespace Damon.Tests.Reports.Heats;

public sealed class HeatsReportTests
{
    static Snapshot At(long time, params (ulong Start, ulong End, uint NrAccesses)[] regions)
    {
        Snapshot snapshot = new();
        snapshot.Reset(time);
        snapshot.AddTarget(1);
        foreach ((ulong start, ulong end, uint nrAccesses) in regions)
        {
            snapshot.AddRegion(new SnapshotRegion(start, end, nrAccesses, 0));
        }

        return snapshot;
    }

    static HeatsRequest Request(long tmin, long tmax, int tres, ulong amin, ulong amax, int ares) =>
        new() { TargetId = 1, StartNs = tmin, EndNs = tmax, TimeCells = tres, StartAddress = amin, EndAddress = amax, AddressCells = ares };

    static string Text(HeatsRequest request, IEnumerable<Snapshot> snapshots)
    {
        MemoryStream output = new();
        HeatsGrid grid = new(request);
        HeatsText text = new(grid, output);
        HeatsReport report = new(grid, text);
        foreach (Snapshot snapshot in snapshots)
        {
            report.Add(snapshot);
        }

        text.Flush();
        return Encoding.ASCII.GetString(output.ToArray());
    }

    [Fact]
    public void Rows_come_one_late_the_first_is_empty_and_the_last_never_comes() =>
        Assert.Equal(
            "0\t0\t0.0\n0\t10\t0.0\n" +
            "10\t0\t2.0\n10\t10\t0.0\n" +
            "20\t0\t3.0\n20\t10\t0.0\n",
            Text(Request(100, 130, 3, 1000, 1020, 2), [At(100), At(110, (1000, 1010, 2)), At(120, (1000, 1010, 3)), At(130, (1000, 1010, 4))]));

    [Fact]
    public void The_last_byte_of_the_grid_does_not_count() =>
        Assert.Equal("0\t0\t0.0\n10\t0\t9.0\n", Text(Request(100, 120, 2, 1000, 1010, 1), [At(100), At(120, (1000, 2000, 10))]));

    [Fact]
    public void A_part_of_a_cell_counts_by_its_bytes_and_time() =>
        Assert.Equal(
            "0\t0\t0.0\n0\t10\t0.0\n" +
            "10\t0\t1.25\n10\t10\t0.0\n",
            Text(Request(100, 120, 2, 1000, 1020, 2), [At(100), At(105, (1005, 1010, 4)), At(110, (0, 1005, 1)), At(120, (1000, 1010, 1))]));

    [Fact]
    public void A_skipped_snapshot_moves_the_start() =>
        Assert.Equal(
            "0\t0\t0.0\n" +
            "10\t0\t0.5\n",
            Text(Request(100, 120, 2, 1000, 1010, 1), [At(100), At(105), At(110, (1000, 1001, 10)), At(120, (1000, 1001, 10))]));

    [Fact]
    public void The_first_snapshot_begins_at_the_start_of_the_grid() =>
        Assert.Equal("0\t0\t0.0\n10\t0\t1.0\n", Text(Request(100, 120, 2, 1000, 1010, 1), [At(120, (1000, 1001, 10))]));

    [Fact]
    public void A_clipped_end_is_the_start_of_the_next() =>
        Assert.Equal(
            "0\t0\t0.0\n10\t0\t1.0\n",
            Text(Request(100, 125, 2, 1000, 1010, 1) with { EndNs = 121 }, [At(125, (1000, 1001, 10)), At(130, (1000, 1001, 10))]));

    [Fact]
    public void Units_are_whole_and_the_rest_is_left_out() =>
        Assert.Equal(
            "0\t0\t0.0\n0\t3\t0.0\n0\t6\t0.0\n" +
            "6\t0\t1.0\n6\t3\t1.0\n6\t6\t0.6666666666666666\n",
            Text(Request(100, 113, 2, 1000, 1011, 3), [At(113, (1000, 1011, 1))]));

    [Fact]
    public void Other_targets_and_times_outside_give_nothing()
    {
        Snapshot[] snapshots = [At(100), At(110, (1000, 1010, 1))];
        Assert.Equal("", Text(Request(100, 120, 2, 1000, 1010, 1) with { TargetId = 2 }, snapshots));
        Assert.Equal("", Text(Request(200, 220, 2, 1000, 1010, 1), snapshots));
        Assert.Equal("", Text(Request(100, 120, 2, 2000, 2010, 1), snapshots));
    }

    [Theory]
    [InlineData(100, 100, 2, 0x1000, 0x2000, 2)]
    [InlineData(100, 101, 2, 0x1000, 0x2000, 2)]
    [InlineData(100, 50, 2, 0x1000, 0x2000, 2)]
    [InlineData(100, 200, 2, 0x1000, 0x1001, 2)]
    [InlineData(100, 200, 2, 0x2000, 0x1000, 2)]
    public void A_grid_finer_than_1_ns_or_1_byte_is_refused(long tmin, long tmax, int tres, ulong amin, ulong amax, int ares) =>
        Assert.Contains("cannot be cut", Assert.Throws<HeatsException>(() => new HeatsGrid(Request(tmin, tmax, tres, amin, amax, ares))).Message);

    [Fact]
    public void Agrees_with_the_slow_reference()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            Snapshot[] snapshots = [.. RandomSnapshots(random, seed)];
            HeatsGuides guides = new();
            foreach (Snapshot snapshot in snapshots)
            {
                guides.Add(RecordSeries.Unknown, snapshot);
            }

            HeatsGuide guide = guides.ToGuides()[0];
            HeatsRequest request = new HeatsRequest { TimeCells = random.Next(1, 12), AddressCells = random.Next(1, 30) }.Complete(guide, guide.Largest);
            if (seed % 3 == 0)
            {
                request = request with { StartNs = request.StartNs + 777, EndNs = request.EndNs + 5000, StartAddress = request.StartAddress + 1001 };
            }

            if (request.EndNs - request.StartNs < request.TimeCells || (Int128)request.EndAddress - request.StartAddress < request.AddressCells)
            {
                continue;
            }

            string expected = HeatsReference.Text(
                snapshots, request.TargetId, request.StartNs, request.EndNs, request.TimeCells, request.StartAddress, request.EndAddress, request.AddressCells);
            Assert.Equal(expected, Text(request, snapshots));
        }
    }

    static IEnumerable<Snapshot> RandomSnapshots(Random random, int seed)
    {
        long time = random.NextInt64(1, 1_000_000_000_000);
        int most = 1 << random.Next(2, 31);
        for (int i = random.Next(2, 40); i > 0; i--)
        {
            // Now and then time stands still or goes back.
            time = Math.Max(1, time + (seed % 4 == 0 && random.Next(8) == 0 ? -random.Next(most) : random.Next(most)));
            Snapshot snapshot = new();
            snapshot.Reset(time);
            for (int id = random.Next(1, 3); id > 0; id--)
            {
                snapshot.AddTarget(id);
                ulong at = 0x1000 + ((ulong)random.Next(3) * 4096);
                for (int r = random.Next(0, 20); r > 0; r--)
                {
                    ulong size = (ulong)random.NextInt64(0, 1L << (seed % 40));
                    snapshot.AddRegion(new SnapshotRegion(at, at + size, (uint)(random.Next(2) * random.Next(seed % 5 == 0 ? int.MaxValue : 20)), 0));
                    at += size + (ulong)(random.Next(6) == 0 ? random.NextInt64(0, 1L << (seed % 40)) : 0);
                }
            }

            yield return snapshot;
        }
    }

    [Fact]
    public void Json_and_csv_hold_the_same_rows()
    {
        HeatsGrid grid = new(Request(100, 130, 3, 1000, 1020, 2));
        MemoryStream json = new();
        MemoryStream csv = new();
        HeatsJson asJson = new(grid, json);
        HeatsCsv asCsv = new(grid, csv);
        foreach (IHeatsRows rows in (IHeatsRows[])[asJson, asCsv])
        {
            rows.Add(0, [0, 0]);
            rows.Add(10, [1.5, 1e-7]);
        }

        asJson.Finish();
        asCsv.Flush();
        Assert.Equal("time_ns,address,heat\n0,0,0.0\n0,10,0.0\n10,0,1.5\n10,10,1e-07\n", Encoding.ASCII.GetString(csv.ToArray()));
        using JsonDocument document = JsonDocument.Parse(json.ToArray());
        Assert.Equal(10, document.RootElement.GetProperty("time_unit_ns").GetInt64());
        Assert.Equal(1e-7, document.RootElement.GetProperty("rows")[1].GetProperty("heats")[1].GetDouble());
    }
}
