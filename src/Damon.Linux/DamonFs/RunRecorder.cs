using System.Text;
using Damon.Monitoring;
using Damon.Records;

namespace Damon.Linux.DamonFs;

/// <summary>Writes the record of a run. When that fails it says so once and leaves it; the run goes on.</summary>
internal sealed class RunRecorder : IKdamondObserver, IDisposable
{
    readonly RecordBatches _batches;
    readonly BinaryRecordWriter _writer;
    readonly Snapshot _renamed = new();
    readonly int _physicalId;
    readonly Action<string> _log;
    bool _hasFailed;

    /// <param name="recording">Buffer length and path.</param>
    /// <param name="version">Version of the format.</param>
    /// <param name="physicalId">What the physical address space is called.</param>
    /// <param name="log">Gets the line that says why there is no record.</param>
    internal RunRecorder(DamonFsRecording recording, int version, int physicalId, Action<string> log)
    {
        // The kernel opens the file by a thread of its own, whose folder is the root.
        string path = Encoding.UTF8.GetString(recording.Path);
        _batches = new RecordBatches(path.StartsWith('/') ? path : "/" + path, (int)recording.BufferLength);
        _writer = new BinaryRecordWriter(_batches, version);
        _physicalId = physicalId;
        _log = log;
    }

    /// <inheritdoc/>
    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
    {
        Try(() => _writer.Write(Renamed(snapshot)));
        return true;
    }

    /// <summary>Writes what is left and closes the file.</summary>
    public void Dispose()
    {
        Try(_batches.WriteOut);
        _writer.Dispose();
    }

    /// <summary>The engine calls the physical address space -1, which not every version of the format can hold.</summary>
    Snapshot Renamed(Snapshot snapshot)
    {
        if (snapshot.NrTargets != 1 || snapshot[0].Id >= 0)
        {
            return snapshot;
        }

        _renamed.Reset(snapshot.TimeNs);
        _renamed.AddTarget(_physicalId);
        foreach (ref readonly SnapshotRegion region in snapshot[0].Regions)
        {
            _renamed.AddRegion(in region);
        }

        return _renamed;
    }

    void Try(Action write)
    {
        if (_hasFailed)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or RecordFormatException)
        {
            _hasFailed = true;
            _log($"the record '{_batches.Path}' is not written any further: {e.Message}; monitoring goes on");
        }
    }
}
