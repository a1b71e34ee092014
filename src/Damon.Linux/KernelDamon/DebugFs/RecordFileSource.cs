using Damon.Linux.KernelDamon.Files;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Binary;
using Damon.Records.Streams;

namespace Damon.Linux.KernelDamon.DebugFs;

/// <summary>Snapshots out of the record that kernels of the first generations write by themselves, and a file system of that shape too.</summary>
sealed class RecordFileSource : ISnapshotSource
{
    readonly string _path;
    readonly bool _isPhysical;
    readonly RunWait _wait;
    readonly TimeSpan _period;
    readonly Snapshot _read = new();
    BinaryRecordReader? _reader;

    /// <summary>A source that waits for a record.</summary>
    /// <param name="path">The record; deleted with the source.</param>
    /// <param name="wait">Waits for snapshots.</param>
    /// <param name="aggregationUs">How often they come.</param>
    /// <param name="isPhysical">Whether the target is physical memory, which goes by several numbers.</param>
    public RecordFileSource(string path, RunWait wait, ulong aggregationUs, bool isPhysical)
    {
        _path = path;
        _isPhysical = isPhysical;
        _wait = wait;
        _period = TimeSpan.FromMicroseconds(Math.Clamp(aggregationUs / 2.0, 10_000, 200_000));
    }

    /// <inheritdoc/>
    public string Description => "snapshots from its record";

    /// <inheritdoc/>
    public bool Next(Snapshot snapshot)
    {
        // A reader looks at its input at once, and there is none before the start.
        _reader ??= RecordReaders.OpenBinary(new PollingStream(new RecordFilePipe(_path), _wait, _period, _path));
        if (!_reader.Read(_read))
        {
            return false;
        }

        snapshot.Reset(_read.TimeNs);
        snapshot.StartNs = _read.StartNs;
        for (int i = 0; i < _read.NrTargets; i++)
        {
            snapshot.AddTarget(_isPhysical ? -1 : _read[i].Id);
            foreach (ref readonly SnapshotRegion region in _read[i].Regions)
            {
                snapshot.AddRegion(region);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Notes()
    {
        // One that is cut off ends with the run.
        if (_reader?.Damage is { Kind: not RecordDamageKind.CutOff } damage)
        {
            yield return $"the record could not be read on: {damage.Problem}";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader?.Dispose();
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In a folder that the next boot empties.
        }
    }
}
