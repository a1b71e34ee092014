using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Damon.Monitoring;
using Damon.Records.Series;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Records.Binary;

/// <summary>Writes the binary record format, versions 0, 1 and 2.</summary>
/// <remarks>
/// The header goes out at construction; each snapshot is serialised into one reused buffer, handed to the stream in one write
/// and flushed, so that a killed writer leaves a record that is whole to its last snapshot. The stream should not buffer by itself
/// (a <see cref="FileStream"/> with a buffer size of 0). Ages have no place in the format: see <see cref="SidecarWriter"/>.
/// Nothing is allocated per snapshot once the buffer has grown to the largest one.
/// </remarks>
sealed class BinaryRecordWriter : IRecordWriter
{
    readonly RecordOutput _output;
    readonly SeriesGuard _guard = new("the binary format", hasThreads: false);
    byte[] _buffer = new byte[4096];

    /// <summary>Writes the header, if the version has one.</summary>
    /// <param name="stream">Where to write; disposed with the writer unless <paramref name="leaveOpen"/>.</param>
    /// <param name="version">0 (no header, id as u64), 1 (id is a pid as i32, -1 for physical memory) or 2 (id as u64).</param>
    /// <param name="leaveOpen">Whether the stream outlives the writer.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such version.</exception>
    /// <exception cref="IOException">The header could not be written; the stream may hold a part of it.</exception>
    public BinaryRecordWriter(Stream stream, int version = 1, bool leaveOpen = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, 2);
        Version = version;
        _output = new RecordOutput(stream, leaveOpen);
        if (version > 0)
        {
            BinaryFormat.Magic.CopyTo(_buffer);
            BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(BinaryFormat.Magic.Length), version);
            _output.Append(_buffer.AsSpan(0, BinaryFormat.HeaderSize));
        }
    }

    /// <summary>The version written: 0, 1 or 2.</summary>
    public int Version { get; }

    /// <summary>Number of snapshots written completely.</summary>
    public long Snapshots { get; private set; }

    /// <summary>Appends a snapshot.</summary>
    /// <exception cref="RecordFormatException">
    /// The version cannot hold the snapshot: a target id out of its range, a negative time, a region that ends below its start.
    /// Nothing was written.
    /// </exception>
    /// <exception cref="IOException">
    /// The write failed (full disk); the stream may hold a part of the snapshot. <see cref="TruncateToWhole"/> mends that; until then
    /// every further write throws <see cref="InvalidOperationException"/>.
    /// </exception>
    public void Write(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        int length = Serialize(snapshot);
        _output.Append(_buffer.AsSpan(0, length));
        Snapshots++;
    }

    /// <inheritdoc/>
    void IRecordWriter.Write(Snapshot snapshot, RecordSeries? series)
    {
        _guard.Check(series);
        Write(snapshot);
    }

    /// <inheritdoc/>
    void IRecordWriter.Complete()
    {
    }

    /// <summary>After a failed write cuts the stream back to the whole snapshots before it; else does nothing.</summary>
    /// <returns>False when the stream cannot seek, and so keeps the partial snapshot.</returns>
    /// <exception cref="IOException">The stream could not be cut.</exception>
    public bool TruncateToWhole() => _output.TruncateToWhole();

    /// <summary>Disposes the stream, unless it was to be left open.</summary>
    public void Dispose() => _output.Dispose();

    int Serialize(Snapshot snapshot)
    {
        if (snapshot.TimeNs < 0)
        {
            throw new RecordFormatException(
                string.Create(CultureInfo.InvariantCulture, $"A snapshot time of {snapshot.TimeNs} ns cannot be recorded; it must be 0 or more."));
        }

        int targetSize = BinaryFormat.IdSize(Version) + sizeof(uint);
        long size = BinaryFormat.TimeSize + sizeof(uint) + ((long)snapshot.NrTargets * targetSize)
            + ((long)snapshot.NrRegions * BinaryRegion.Size);
        if (size > _buffer.Length)
        {
            _buffer = new byte[checked((int)Math.Max(size, Math.Min(size * 3 / 2, Array.MaxLength)))];
        }

        Span<byte> at = _buffer;
        BinaryPrimitives.WriteInt64LittleEndian(at, snapshot.TimeNs / BinaryFormat.NsPerSecond);
        BinaryPrimitives.WriteInt64LittleEndian(at[8..], snapshot.TimeNs % BinaryFormat.NsPerSecond);
        BinaryPrimitives.WriteInt32LittleEndian(at[16..], snapshot.NrTargets);
        at = at[20..];
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            WriteId(at, target.Id);
            BinaryPrimitives.WriteInt32LittleEndian(at[(targetSize - sizeof(uint))..], target.Regions.Length);
            at = at[targetSize..];
            WriteRegions(at, target.Regions);
            at = at[(target.Regions.Length * BinaryRegion.Size)..];
        }

        return (int)size;
    }

    void WriteId(Span<byte> at, Int128 id)
    {
        if (Version == 1)
        {
            if (id < int.MinValue || id > int.MaxValue)
            {
                throw IdOutOfRange(id, "-2147483648 to 2147483647; version 2 holds ids up to 18446744073709551615");
            }

            BinaryPrimitives.WriteInt32LittleEndian(at, (int)id);
            return;
        }

        if (id < 0 || id > ulong.MaxValue)
        {
            throw IdOutOfRange(id, "0 to 18446744073709551615; version 1 holds -1");
        }

        BinaryPrimitives.WriteUInt64LittleEndian(at, (ulong)id);
    }

    RecordFormatException IdOutOfRange(Int128 id, string range) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Target id {id} does not fit in record version {Version}, which holds {range}."));

    static void WriteRegions(Span<byte> at, ReadOnlySpan<SnapshotRegion> regions)
    {
        Span<BinaryRegion> to = MemoryMarshal.Cast<byte, BinaryRegion>(at)[..regions.Length];
        for (int i = 0; i < regions.Length; i++)
        {
            ref readonly SnapshotRegion region = ref regions[i];
            if (region.End < region.Start)
            {
                throw new RecordFormatException(
                    string.Create(CultureInfo.InvariantCulture, $"Region {region.Start:x}-{region.End:x} ends below its start."));
            }

            to[i] = new BinaryRegion(region.Start, region.End, region.NrAccesses);
        }
    }
}
