using Damon.Monitoring;

namespace Damon.Records.Streams;

/// <summary>Reads the snapshots of a record one by one, in file order, whatever the format.</summary>
/// <remarks>
/// Memory does not grow with the record. A record that is cut off or broken gives every snapshot before the damage; then
/// <see cref="Damage"/> says what was left. Disposing the reader disposes the stream, unless the reader was told to leave it open.
/// </remarks>
public interface IRecordReader : IDisposable
{
    /// <summary>What the bytes were recognised as.</summary>
    RecordContent Content { get; }

    /// <summary>Whether the bytes came out of a decompressor.</summary>
    bool IsCompressed { get; }

    /// <summary>What could not be used; null while reading, and for a record that ended where a snapshot ended.</summary>
    RecordDamage? Damage { get; }

    /// <summary>Which series the snapshot read last is of, and what the record says of the whole series.</summary>
    RecordSeries Series => RecordSeries.Unknown;

    /// <summary>Fills <paramref name="snapshot"/> with the next one.</summary>
    /// <returns>False, with an empty snapshot, when no whole one is left.</returns>
    /// <exception cref="IOException">The stream could not be read.</exception>
    bool Read(Snapshot snapshot);
}
