using System.Text;
using Damon.Monitoring;
using Damon.Records.Binary;
using Damon.Records.Streams;

namespace Damon.Linux.DamonFs;

/// <summary>Writes the record of a run. When that fails it says so once and leaves it; the run goes on.</summary>
sealed class RunRecorder : IKdamondObserver, IDisposable
{
    readonly RecordBatches _batches;
    readonly Snapshot _renamed = new();
    readonly string _path;
    readonly int _version;
    readonly int _physicalId;
    readonly Action<string> _log;
    BinaryRecordWriter? _writer;
    bool _hasFailed;

    /// <param name="recording">Buffer length and path.</param>
    /// <param name="version">Version of the format.</param>
    /// <param name="physicalId">What the physical address space is called.</param>
    /// <param name="log">Gets the line that says why there is no record.</param>
    internal RunRecorder(DamonFsRecording recording, int version, int physicalId, Action<string> log)
    {
        // The kernel opens the file by a thread of its own, whose folder is the root.
        ReadOnlySpan<byte> root = recording.Path.AsSpan().StartsWith("/"u8) ? [] : "/"u8;
        _batches = new RecordBatches([.. root, .. recording.Path, 0], (int)recording.BufferLength);
        _path = Encoding.UTF8.GetString([.. root, .. recording.Path]);
        _version = version;
        _physicalId = physicalId;
        _log = log;
    }

    /// <inheritdoc/>
    public bool BeforeStart(MonitoringContext context)
    {
        Try(() => _writer = new BinaryRecordWriter(_batches, _version, leaveOpen: true));
        return true;
    }

    /// <inheritdoc/>
    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
    {
        Try(() => _writer!.Write(Renamed(snapshot)));
        return true;
    }

    /// <summary>Writes what is left and closes the file.</summary>
    public void Dispose()
    {
        Try(_batches.WriteOut);
        _writer?.Dispose();
        _batches.Dispose();
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
            _log($"the record '{_path}' is not written any further: {e.Message}; monitoring goes on");
        }
    }
}
