using Damon.Monitoring;
using Damon.Records;
using Damon.Reports.Distribution;
using Damon.Reports.Heatmap;
using Damon.Reports.Heats;

namespace Damon.Bench;

/// <summary>
/// CPU time of the first tool's reports on the record <c>m</c> of 1000 regions x 600 snapshots, beside a fixed calibration loop in the
/// same run. Arguments: regions, snapshots, rounds.
/// </summary>
static class ReportsBench
{
    public static int Run(string[] args)
    {
        int regions = Argument(args, 0, 1000);
        int snapshots = Argument(args, 1, 600);
        int rounds = Argument(args, 2, 7);
        string path = Path.Combine(Path.GetTempPath(), $"damon-bench-{Environment.ProcessId}.data");
        try
        {
            ReadersBench.Generate(path, regions, snapshots);
            Console.WriteLine($"{regions} regions x {snapshots} snapshots; best of {rounds} and first, CPU ms");
            Measure("calibration: 100 million dependent steps", rounds, Calibrate);
            Measure("wss", rounds, () => Distribution(path, DistributionKind.WorkingSetSize));
            Measure("nr_regions", rounds, () => Distribution(path, DistributionKind.NrRegions));
            Measure("heats, guide alone", rounds, () => Guides(path).Count);
            Measure("heats 500 x 500, defaults, text to nowhere", rounds, () => Heats(path));
            HeatsRequest largest = new HeatsRequest().Complete(Guides(path));
            List<Snapshot> inMemory = [];
            Read(path, snapshot => inMemory.Add(snapshot.Clone()));
            Measure("heatmap 500 x 500, binning alone", rounds, () => Heatmap(largest, inMemory));
            return 0;
        }
        finally
        {
            File.Delete(path);
        }
    }

    internal static long Calibrate()
    {
        ulong value = 1;
        for (int i = 0; i < 100_000_000; i++)
        {
            value = (value * 6364136223846793005) + 1442695040888963407;
        }

        return (long)value;
    }

    static long Distribution(string path, DistributionKind kind)
    {
        DistributionReport report = new(new DistributionOptions { Kind = kind });
        Read(path, report.Add);
        IReadOnlyList<TargetDistribution> targets = report.Finish();
        DistributionWriter.WriteText(targets, report.Options, Stream.Null);
        return targets.Count;
    }

    static IReadOnlyList<HeatsGuide> Guides(string path)
    {
        HeatsGuides guides = new();
        Read(path, guides.Add);
        return guides.ToGuides();
    }

    static long Heats(string path)
    {
        HeatsGrid grid = new(new HeatsRequest().Complete(Guides(path)));
        HeatsText text = new(grid, Stream.Null);
        HeatsReport report = new(grid, text);
        Read(path, report.Add);
        text.Flush();
        return report.Rows;
    }

    static long Heatmap(HeatsRequest request, List<Snapshot> snapshots)
    {
        HeatmapModel model = new(new HeatmapGrid(request.StartNs, request.EndNs, new AddressRange(request.StartAddress, request.EndAddress), 500, 500));
        long last = 0;
        foreach (Snapshot snapshot in snapshots)
        {
            model.Add(last, snapshot.TimeNs, snapshot[0].Regions);
            last = snapshot.TimeNs;
        }

        return model.Mass(0, 0) > 0 ? model.Snapshots : 0;
    }

    static void Read(string path, Action<Snapshot> add)
    {
        using IRecordReader reader = RecordReaders.Open(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0));
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            add(snapshot);
        }
    }

    static void Measure(string what, int rounds, Func<long> work)
    {
        double first = 0;
        double best = double.MaxValue;
        long result = 0;
        for (int i = 0; i < rounds; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            result ^= work();
            double ms = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
            first = i == 0 ? ms : first;
            best = Math.Min(best, ms);
        }

        GC.KeepAlive(result);
        Console.WriteLine($"{what,-52} {best,8:F2} {first,8:F2}");
    }

    static int Argument(string[] args, int index, int otherwise) => index < args.Length ? int.Parse(args[index]) : otherwise;
}
