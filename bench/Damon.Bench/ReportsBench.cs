using System.CommandLine;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;
using Damon.Reports.Distribution;
using Damon.Reports.Heatmap;
using Damon.Reports.Heats;

namespace Damon.Bench;

/// <summary>CPU time of the first tool's reports on a record, beside a fixed calibration loop.</summary>
static class ReportsBench
{
    public static Command Create() => Benchmark.OfRecord("reports", "What do reports cost, beside a fixed loop? (10 s)", Run);

    static void Run(ParseResult parsed, int rounds)
    {
        using SeededRecord record = SeededRecord.Of(parsed);
        string path = record.Write();
        long length = new FileInfo(path).Length;
        HeatsRequest largest = Largest(path);
        List<Snapshot> inMemory = [];
        Read(path, snapshot => inMemory.Add(snapshot.Clone()));
        Work.BeginTable(record.Name, rounds, "the first");
        Work.Measure(
            rounds,
            Calibration.Work,
            new Work("wss", () => Distribution(path, DistributionKind.WorkingSetSize), length),
            new Work("nr_regions", () => Distribution(path, DistributionKind.NrRegions), length),
            new Work("heats, guide alone", () => Guides(path).Count, length),
            new Work("heats 500 x 500, defaults, text to nowhere", () => Heats(path), length),
            new Work("heatmap 500 x 500, binning alone", () => Heatmap(largest, inMemory), length));
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
        Read(path, snapshot => guides.Add(RecordSeries.Unknown, snapshot));
        return guides.ToGuides();
    }

    static HeatsRequest Largest(string path)
    {
        HeatsRequest request = new();
        HeatsGuide guide = request.Choose(Guides(path));
        return request.Complete(guide, guide.Largest);
    }

    static long Heats(string path)
    {
        HeatsGrid grid = new(Largest(path));
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
}
