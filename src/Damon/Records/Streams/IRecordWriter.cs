using Damon.Monitoring;

namespace Damon.Records.Streams;

/// <summary>Writes snapshots into a record, whatever the format. What a format cannot hold is left out: <c>docs/record-files.md</c> has the table.</summary>
/// <remarks>
/// Without <see cref="Complete"/> the record may lack its end, and in JSON everything. Disposing the writer disposes the stream, unless told to leave it open.
/// </remarks>
public interface IRecordWriter : IDisposable
{
    /// <summary>Number of snapshots written.</summary>
    long Snapshots { get; }

    /// <summary>Appends a snapshot.</summary>
    /// <param name="snapshot">The snapshot; it may be refilled afterwards.</param>
    /// <param name="series">What its source says of the series; null for nothing.</param>
    /// <exception cref="RecordFormatException">The format cannot hold the snapshot. Nothing of it was written.</exception>
    /// <exception cref="IOException">The write failed: see <see cref="TruncateToWhole"/>.</exception>
    void Write(Snapshot snapshot, RecordSeries? series = null);

    /// <summary>Writes what belongs at the end. Nothing can be written afterwards.</summary>
    /// <exception cref="IOException">The write failed.</exception>
    void Complete();

    /// <summary>After a failed write cuts the stream back to what is whole; else does nothing.</summary>
    /// <returns>False when that is not possible.</returns>
    /// <exception cref="IOException">The stream could not be cut.</exception>
    bool TruncateToWhole();
}
