using Damon.Monitoring;
using Damon.Records;

namespace Damon.Samples;

/// <summary>An observer that writes every snapshot into a record for <c>damo report</c>: the least that a program of one's own needs.</summary>
/// <remarks>The record has what every tool reads; the sidecar beside it what only this library's reports know: ages, intervals, names.</remarks>
sealed class RecordFile : IKdamondObserver, IDisposable
{
    readonly IRecordWriter _record;
    readonly SidecarWriter _sidecar;

    public RecordFile(string path, string tool, string accessCheck, MonitoringAttributes attributes, long startNs)
    {
        RecordIntervals intervals = new() { SampleUs = attributes.SampleUs, AggrUs = attributes.AggregationUs, UpdateUs = attributes.UpdateUs };
        _record = RecordWriters.Create(RecordFormat.Binary, Create(path), new RecordWriterOptions { Intervals = intervals });
        _sidecar = new SidecarWriter(Create(path + SidecarFormat.Suffix), new RecordHeader
        {
            Tool = tool,
            StartTime = DateTime.UtcNow,
            StartNs = startNs,
            HostName = Environment.MachineName,
            Backend = "engine",
            AccessCheck = new RecordAccessCheck { Name = accessCheck },
            Intervals = intervals,
            MinRegions = attributes.MinNrRegions,
            MaxRegions = attributes.MaxNrRegions,
        });
    }

    /// <summary>Number of snapshots in the record.</summary>
    public long Snapshots => _record.Snapshots;

    /// <summary>Gives parts of the target's address space names; reports show them. It may be called again when they change.</summary>
    public void WriteNames(Target target, IReadOnlyList<RecordMapping> names, long nowNs) => _sidecar.WriteMappings(nowNs, target.Id, names);

    /// <inheritdoc/>
    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
    {
        _record.Write(snapshot);
        _sidecar.WriteAges(_record.Snapshots - 1, snapshot);
        return true;
    }

    /// <summary>Writes what the run achieved. A record without it is still one, to its last snapshot.</summary>
    public void Complete(KdamondStatistics statistics, string endReason, IReadOnlyList<string> notes)
    {
        _record.Complete();
        _sidecar.WriteEnd(new RecordSummary
        {
            TimeNs = statistics.LastNs,
            Snapshots = _record.Snapshots,
            EffectiveIntervals = new RecordIntervals { SampleUs = statistics.AchievedSampleUs, AggrUs = statistics.AchievedAggregationUs },
            Overhead = new RecordOverhead { OwnCpuPercent = statistics.CpuNs > 0 ? statistics.CpuPercent : null, Samples = statistics.NrSamples, MissedTicks = statistics.NrMissedTicks },
            Notes = notes,
            EndReason = endReason,
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _record.Dispose();
        _sidecar.Dispose();
    }

    // Each snapshot goes out in one write, so the stream must not buffer: what a killed program leaves is whole.
    static FileStream Create(string path)
    {
        if (File.Exists(path))
        {
            File.Move(path, path + ".old", overwrite: true);
        }

        return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }
}
