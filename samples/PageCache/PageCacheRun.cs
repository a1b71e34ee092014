using System.Globalization;
using System.Runtime.InteropServices;
using Damon.Linux;
using Damon.Linux.Engine;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;

namespace Damon.Samples.PageCache;

/// <summary>Monitors files and writes the record: what a program that monitors something of its own has to do.</summary>
static class PageCacheRun
{
    /// <summary>Monitors until the time is over or Ctrl+C.</summary>
    /// <exception cref="IOException">A file cannot be read, or the record cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    /// <exception cref="CheckUnavailableException">No check works.</exception>
    public static void Record(PageCacheOptions options, TextWriter messages)
    {
        using FileSpace space = FileSpace.Open(options.Paths);
        using IPageCacheCheck check = PageCacheChecks.Choose(options.Check, space, options.TraceFs, out IReadOnlyList<string> reasons);
        messages.WriteLine($"pagecache: {space.Files.Count} files by {check.Name}: {check.Sees}{string.Concat(reasons.Select(reason => $" ({reason})"))}");

        // The clock of the kernel's events and of the machine's records: CLOCK_MONOTONIC.
        using LinuxClock clock = new();
        using RecordFile record = RecordFiles.Create(options.Output, RecordHeader.Of(options.Attributes, clock.NowNs) with
        {
            Tool = "pagecache (sample of DAMON for .NET)",
            AccessCheck = new RecordAccessCheck { Name = check.Name },
        });
        PageCacheOperations operations = new(space, check)
        {
            Located = target => record.WriteMappings(clock.NowNs, target.Id, Names(space)),
        };
        MonitoringContext context = new(operations, seed: (ulong)clock.NowNs, minRegionSize: FileSpace.PageSize) { Attributes = options.Attributes };
        context.AddTarget(new Target(0));
        context.Observers.Add(record);

        Kdamond kdamond = new(context, clock);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using Timer? end = options.Seconds > 0
            ? new Timer(_ => kdamond.Stop(), state: null, TimeSpan.FromSeconds(options.Seconds), Timeout.InfiniteTimeSpan)
            : null;
        KdamondEnd why = kdamond.Run();

        record.Complete(RecordSummary.Of(kdamond) with { EndReason = why.ToString(), Notes = check.Notes });
        messages.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"pagecache: {record.Snapshots} snapshots in {kdamond.Statistics.ElapsedNs / 1e9:F1} s; own CPU {kdamond.Statistics.CpuPercent:F1} %"));
        foreach (string note in check.Notes)
        {
            messages.WriteLine($"pagecache: {note}");
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            kdamond.Stop();
        }
    }

    static List<RecordMapping> Names(FileSpace space) =>
        [.. space.Files.Select(file => (file.Path, file.Extent)).Where(file => !file.Extent.IsEmpty)
            .Select(file => new RecordMapping { Start = file.Extent.Start, End = file.Extent.End, Offset = 0, Name = file.Path })];
}
