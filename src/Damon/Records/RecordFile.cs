using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Records;

/// <summary>A record and the sidecar beside it, written as a run goes on: what <c>damo report</c> reads.</summary>
/// <remarks>
/// Each snapshot and each line of the sidecar is one write, so a killed program leaves both whole. A write that fails cuts its file back to what is whole and
/// is the last there. Without the record, nothing more is written: see <see cref="Fault"/>. As an observer it ends the run then. Without the sidecar, the
/// record goes on: see
/// <see cref="SidecarFault"/>. Not thread-safe: only the thread that monitors writes, and another one after its end.
/// </remarks>
public sealed class RecordFile : IKdamondObserver, IDisposable
{
    const long StatusPeriodNs = 5_000_000_000;

    readonly IRecordWriter _record;
    readonly SidecarWriter _sidecar;
    long _nextStatusNs;
    bool _isComplete;

    /// <summary>Writes the first line of the sidecar.</summary>
    /// <param name="record">The record; disposed with this.</param>
    /// <param name="sidecar">The sidecar, which must not buffer; disposed with this.</param>
    /// <param name="header">What is known before the first snapshot.</param>
    /// <exception cref="IOException">It could not be written.</exception>
    public RecordFile(IRecordWriter record, Stream sidecar, RecordHeader header)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(sidecar);
        ArgumentNullException.ThrowIfNull(header);
        _record = record;
        _sidecar = new SidecarWriter(sidecar, header);
    }

    /// <summary>Tells how the run goes, which the sidecar says every 5 s of the record; null where that is not wanted. Called by <see cref="Write"/>.</summary>
    public Func<RecordSummary>? Status { get; set; }

    /// <summary>Snapshots written.</summary>
    public long Snapshots => _record.Snapshots;

    /// <summary>Why nothing is written any more; null while all is well.</summary>
    public IOException? Fault { get; private set; }

    /// <summary>Why nothing is written to the sidecar any more, while the record goes on; null while all is well.</summary>
    public IOException? SidecarFault { get; private set; }

    /// <summary>Called when the first snapshot is written; an <see cref="IOException"/> of it is a failed write.</summary>
    internal Action? Begun { get; init; }

    /// <summary>Disposed behind both streams; null for nothing.</summary>
    internal IDisposable? Owned { get; init; }

    /// <summary>Makes both files, readable and writable by their owner only. Neither may be there.</summary>
    /// <remarks><c>Damon.Linux.RecordFiles</c> replaces a record that is there.</remarks>
    /// <param name="path">The record. The sidecar's name is this with <see cref="SidecarFormat.Suffix"/>.</param>
    /// <param name="header">What is known before the first snapshot.</param>
    /// <param name="format">The record's format. JSON is complete only after <see cref="Complete"/>, the others after each snapshot.</param>
    /// <exception cref="IOException">A file is there, or could not be made.</exception>
    /// <exception cref="UnauthorizedAccessException">A file must not be made.</exception>
    public static RecordFile Create(string path, RecordHeader header, RecordFormat format = RecordFormat.Binary)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(header);
        FileStream record = CreateStream(path);
        FileStream? sidecar = null;
        try
        {
            sidecar = CreateStream(path + SidecarFormat.Suffix);
            return new RecordFile(RecordWriters.Create(format, record, new RecordWriterOptions { Intervals = header.Intervals }), sidecar, header);
        }
        catch
        {
            record.Dispose();
            sidecar?.Dispose();
            File.Delete(path);
            throw;
        }
    }

    /// <inheritdoc/>
    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot) => Write(snapshot);

    /// <summary>Appends a snapshot and the ages of its regions.</summary>
    /// <returns>False when writing the record has failed, now or before.</returns>
    public bool Write(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (Fault is not null)
        {
            return false;
        }

        try
        {
            _record.Write(snapshot);
            if (_record.Snapshots == 1)
            {
                Begun?.Invoke();
            }
        }
        catch (IOException e)
        {
            return End(e);
        }

        WriteBeside(snapshot);
        return true;
    }

    /// <summary>Says what a target is; again, with the same id and beginning, when it ends.</summary>
    /// <returns>False when writing has failed, now or before.</returns>
    public bool WriteTarget(RecordTarget target) => Try(() => _sidecar.WriteTarget(target));

    /// <summary>Number of lines of the sidecar that were left out because they were too long to be read again.</summary>
    internal long LinesLeftOut => _sidecar.LinesLeftOut;

    /// <summary>Says what lies where in a target's address space, if that has changed.</summary>
    /// <param name="timeNs">When it was read, in nanoseconds of the record's clock.</param>
    /// <param name="targetId">The target.</param>
    /// <param name="mappings">In address order.</param>
    /// <returns>False when writing has failed, now or before.</returns>
    public bool WriteMappings(long timeNs, Int128 targetId, IReadOnlyList<RecordMapping> mappings) =>
        Try(() => _sidecar.WriteMappings(timeNs, targetId, mappings));

    /// <summary>Says what a scheme tried in one pass.</summary>
    /// <returns>False when writing has failed, now or before.</returns>
    public bool WriteTried(RecordTried tried) => Try(() => _sidecar.WriteTried(tried));

    /// <summary>Writes what belongs at the end of both files. Later calls do nothing.</summary>
    /// <param name="summary">How the run went.</param>
    /// <returns>False when writing has failed, now or before.</returns>
    public bool Complete(RecordSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        if (_isComplete)
        {
            return Fault is null && SidecarFault is null;
        }

        _isComplete = true;
        if (Fault is not null)
        {
            return false;
        }

        try
        {
            _record.Complete();
        }
        catch (IOException e)
        {
            return End(e);
        }

        return Try(() => _sidecar.WriteEnd(summary));
    }

    /// <summary>Closes both files.</summary>
    public void Dispose()
    {
        _record.Dispose();
        _sidecar.Dispose();
        Owned?.Dispose();
    }

    /// <summary>Makes a new file for its owner only. This library cannot tell a file from a device, so it replaces nothing.</summary>
    static FileStream CreateStream(string path)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>What of a snapshot goes to the sidecar. Allocates nothing, other than <see cref="Try"/>.</summary>
    void WriteBeside(Snapshot snapshot)
    {
        if (SidecarFault is not null)
        {
            return;
        }

        try
        {
            _sidecar.WriteAges(_record.Snapshots - 1, snapshot);
            if (Status is not null && snapshot.TimeNs >= _nextStatusNs)
            {
                _nextStatusNs = snapshot.TimeNs + StatusPeriodNs;
                _sidecar.WriteStatus(Status());
            }
        }
        catch (IOException e)
        {
            EndSidecar(e);
        }
    }

    /// <summary>Writes to the sidecar.</summary>
    bool Try(Action write)
    {
        if (Fault is not null || SidecarFault is not null)
        {
            return false;
        }

        try
        {
            write();
            return true;
        }
        catch (IOException e)
        {
            EndSidecar(e);
            return false;
        }
    }

    void EndSidecar(IOException fault)
    {
        SidecarFault = fault;
        Cut(_sidecar.TruncateToWhole);
    }

    bool End(IOException fault)
    {
        Fault = fault;
        Cut(_record.TruncateToWhole);
        Cut(_sidecar.TruncateToWhole);
        return false;
    }

    static void Cut(Func<bool> truncate)
    {
        try
        {
            truncate();
        }
        catch (IOException)
        {
            // A device. Readers leave a partial snapshot at the end out.
        }
    }
}
