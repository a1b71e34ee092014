using System.Buffers.Binary;
using System.Globalization;
using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Records.Binary;

/// <summary>Reads the binary record format: versions 0, 1, 2, and unknown ones, whose ids are taken as unsigned 64 bits.</summary>
/// <remarks>
/// A header may stand at any snapshot boundary, since a monitor that was turned on twice appends a second one; the version holds
/// from there on. Times need not rise. A snapshot of more than 16,777,216 regions or 4,194,304 targets is taken for damage, and no
/// count makes the reader allocate more than about twice what the record really holds.
/// </remarks>
sealed class BinaryRecordReader : IRecordReader
{
    readonly RecordInput _input;
    long _snapshots;
    long _snapshotOffset;
    bool _ended;

    /// <summary>Takes over an input that was recognised already.</summary>
    internal BinaryRecordReader(RecordInput input) => _input = input;

    /// <inheritdoc/>
    public RecordContent Content => RecordContent.Binary;

    /// <inheritdoc/>
    public bool IsCompressed => _input.IsDecompressed;

    /// <inheritdoc/>
    public RecordDamage? Damage { get; private set; }

    /// <summary>The version of the snapshot read last: that of the header above it, 0 where there was none.</summary>
    public int Version { get; private set; }

    /// <inheritdoc/>
    public bool Read(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (!_ended && ReadHeaders() && ReadTime(snapshot) && ReadTargets(snapshot))
        {
            _snapshots++;
            return true;
        }

        _ended = true;
        snapshot.Reset(0);
        return false;
    }

    /// <summary>Disposes the stream, unless it was to be left open.</summary>
    public void Dispose() => _input.Dispose();

    bool ReadHeaders()
    {
        while (true)
        {
            _snapshotOffset = _input.Offset;
            if (!_input.Ensure(BinaryFormat.TimeSize))
            {
                return EndAtBoundary();
            }

            if (!_input.Available.StartsWith(BinaryFormat.Magic))
            {
                return true;
            }

            if (!_input.Ensure(BinaryFormat.HeaderSize))
            {
                return CutOff("the version of a header");
            }

            Version = BinaryPrimitives.ReadInt32LittleEndian(_input.Available[BinaryFormat.Magic.Length..]);
            _input.Advance(BinaryFormat.HeaderSize);
        }
    }

    bool EndAtBoundary()
    {
        ReadOnlySpan<byte> left = _input.Available;
        if (left.IsEmpty)
        {
            return _input.Fault is not null && CutOff("a snapshot");
        }

        // The first bytes of a file have no snapshot before them: it is the header that was cut.
        return _input.Offset == 0 && BinaryFormat.Magic.StartsWith(left)
            ? CutOff("the header")
            : Fail(RecordDamageKind.StrayBytes, _input.Offset, "the time of a snapshot", null);
    }

    bool ReadTime(Snapshot snapshot)
    {
        long seconds = BinaryPrimitives.ReadInt64LittleEndian(_input.Available);
        long nanoseconds = BinaryPrimitives.ReadInt64LittleEndian(_input.Available[8..]);
        if (!BinaryFormat.IsPlausibleTime(seconds, nanoseconds))
        {
            return Invalid(0, "the time of a snapshot", $"{seconds} s {nanoseconds} ns is no time");
        }

        snapshot.Reset((seconds * BinaryFormat.NsPerSecond) + nanoseconds);
        _input.Advance(BinaryFormat.TimeSize);
        return true;
    }

    bool ReadTargets(Snapshot snapshot)
    {
        if (!_input.Ensure(sizeof(uint)))
        {
            return CutOff("the number of targets");
        }

        uint nrTargets = BinaryPrimitives.ReadUInt32LittleEndian(_input.Available);
        if (nrTargets > RecordLimits.MaxTargets)
        {
            return Invalid(0, "the number of targets", $"{nrTargets} is more than {RecordLimits.MaxTargets}");
        }

        _input.Advance(sizeof(uint));
        int idSize = BinaryFormat.IdSize(Version);
        for (uint i = 0; i < nrTargets; i++)
        {
            if (!_input.Ensure(idSize + sizeof(uint)))
            {
                return CutOff(Of("the id and the number of regions", i, nrTargets));
            }

            ReadOnlySpan<byte> at = _input.Available;
            Int128 id = Version == 1
                ? BinaryPrimitives.ReadInt32LittleEndian(at)
                : BinaryPrimitives.ReadUInt64LittleEndian(at);
            uint nrRegions = BinaryPrimitives.ReadUInt32LittleEndian(at[idSize..]);
            if (nrRegions > _input.MaxRegions - snapshot.NrRegions)
            {
                return Invalid(
                    idSize,
                    Of("the number of regions", i, nrTargets),
                    $"{nrRegions} makes more than {_input.MaxRegions} in one snapshot");
            }

            _input.Advance(idSize + sizeof(uint));
            snapshot.AddTarget(id);
            if (!ReadRegions(snapshot, (int)nrRegions, i, nrTargets))
            {
                return false;
            }
        }

        return true;
    }

    bool ReadRegions(Snapshot snapshot, int nrRegions, uint target, uint nrTargets)
    {
        while (nrRegions > 0)
        {
            if (!_input.Ensure(BinaryRegion.Size))
            {
                return CutOff(Of("a region", target, nrTargets));
            }

            // Room is made for what has come, never for what a count promises.
            int count = Math.Min(nrRegions, _input.Available.Length / BinaryRegion.Size);
            Span<SnapshotRegion> regions = snapshot.AddRegions(count);
            int broken = BinaryRegion.Decode(_input.Available, regions);
            if (broken >= 0)
            {
                SnapshotRegion region = regions[broken];
                return Invalid(
                    broken * BinaryRegion.Size,
                    Of("a region", target, nrTargets),
                    $"{region.Start:x}-{region.End:x} ends below its start");
            }

            _input.Advance(count * BinaryRegion.Size);
            nrRegions -= count;
        }

        return true;
    }

    static string Of(string what, uint target, uint nrTargets) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} of target {(ulong)target + 1} of {nrTargets}");

    bool CutOff(string reading) => Fail(RecordDamageKind.CutOff, _input.Offset, reading, null);

    bool Invalid(int ahead, string reading, FormattableString problem) =>
        Fail(RecordDamageKind.Invalid, _input.Offset + ahead, reading, FormattableString.Invariant(problem));

    bool Fail(RecordDamageKind kind, long foundAt, string reading, string? problem)
    {
        Damage = _input.Damage(kind, _snapshotOffset, foundAt, reading, problem, _snapshots);
        return false;
    }
}
