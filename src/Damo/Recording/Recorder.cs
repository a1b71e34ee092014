using Damo.CommandLine;
using Damon.Linux.Operations;
using Damon.Linux.Outputs;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Recording;

/// <summary>Writes each snapshot to the record file, and what that cannot carry to its sidecar; knows of the last one what is shown meanwhile.</summary>
sealed class Recorder : IKdamondObserver, IDisposable
{
    readonly OutputPair _output;

    /// <summary>Writes the header of the sidecar at once.</summary>
    /// <param name="output">Where to, which gets its name with the first snapshot; not disposed.</param>
    /// <param name="format">The record's format.</param>
    /// <param name="header">What is known before the first snapshot.</param>
    /// <param name="proc">Where the names of targets are read.</param>
    /// <param name="status">Tells what the run has cost so far; called on the thread that monitors.</param>
    /// <exception cref="IOException">One of them cannot be written.</exception>
    public Recorder(OutputPair output, RecordFormat format, RecordHeader header, ProcFileSystem proc, Func<RecordSummary> status)
    {
        _output = output;
        IRecordWriter writer = RecordWriters.Create(format, output.Record.Stream);
        try
        {
            File = new RecordFile(writer, output.Sidecar, header) { Status = status, Begun = () => output.Commit() };
        }
        catch (IOException e)
        {
            throw new OutputException(SidecarPath, FailureReason.Of(e));
        }

        Targets = new ProcessRecorder(File, proc);
    }

    /// <summary>The record and its sidecar.</summary>
    public RecordFile File { get; }

    /// <summary>Writes down what the targets are and what they map.</summary>
    public IMappingObserver Targets { get; }

    /// <summary>Snapshots written.</summary>
    public long Snapshots => File.Snapshots;

    /// <summary>One line on why writing ended before the run did, and what is left; null when it did not.</summary>
    public string? Fault => File.Fault is not { } fault ? null
        : $"{Outputs.Output.Failure(_output.Record.Path, fault).Message}; "
            + $"{(_output.IsKept ? $"the {Snapshots} snapshots before are kept" : "nothing is kept")}";

    /// <summary>One line on why only the sidecar ended early, while the record holds all snapshots; null when it did not.</summary>
    public string? SidecarFault => File.Fault is not null || File.SidecarFault is not { } fault ? null
        : $"{Outputs.Output.Failure(SidecarPath, fault).Message}; the record is whole ({Snapshots} snapshots), but what the sidecar tells (names, mappings, "
            + "ages) ends there";

    string SidecarPath => _output.Record.Path + SidecarFormat.Suffix;

    /// <summary>What was accessed in the last snapshot, in bytes: the sizes of its regions, or what the access check counted.</summary>
    public ulong AccessedBytes { get; private set; }

    /// <summary>Regions of the last snapshot.</summary>
    public int NrRegions { get; private set; }

    /// <inheritdoc/>
    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot) => Write(snapshot);

    /// <summary>Writes a snapshot.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <returns>False when writing has failed, now or before.</returns>
    public bool Write(Snapshot snapshot)
    {
        ulong accessed = 0;
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            accessed += target.AccessedBytes ?? 0;
            foreach (ref readonly SnapshotRegion region in target.AccessedBytes is null ? target.Regions : default)
            {
                accessed += region.NrAccesses > 0 ? region.Size : 0;
            }
        }

        AccessedBytes = accessed;
        NrRegions = snapshot.NrRegions;
        return File.Write(snapshot);
    }

    /// <summary>Writes what belongs at the end of both files.</summary>
    public void WriteEnd(RecordSummary summary) => File.Complete(summary);

    /// <summary>Closes both files.</summary>
    public void Dispose() => File.Dispose();
}
