using Damon.Linux.Outputs;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Linux;

/// <summary>Makes the files of a record as <c>damo record</c> does.</summary>
public static class RecordFiles
{
    /// <summary>Begins a record and its sidecar, readable and writable by their owner only.</summary>
    /// <remarks>
    /// A record that is there becomes <c>.old</c> when the first snapshot is written, so a run that sees nothing replaces nothing, and leaves nothing. A
    /// symbolic link is followed. A device or a pipe is written into, without a sidecar. While the record is written, no other run can begin one at its name.
    /// </remarks>
    /// <param name="path">The record. The sidecar's name is this with <see cref="SidecarFormat.Suffix"/>.</param>
    /// <param name="header">What is known before the first snapshot.</param>
    /// <param name="format">The record's format. JSON is complete only after <see cref="RecordFile.Complete"/>, the others after each snapshot.</param>
    /// <exception cref="IOException">A file cannot be made there; the message is one sentence that names it.</exception>
    public static RecordFile Create(string path, RecordHeader header, RecordFormat format = RecordFormat.Binary)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(header);
        OutputPair output = OutputPair.Open(Path.GetFullPath(path), new OutputRule { KeepsOld = true, IsLive = true });
        try
        {
            IRecordWriter record = RecordWriters.Create(format, output.Record.Stream, new RecordWriterOptions { Intervals = header.Intervals });
            return new RecordFile(record, output.Sidecar, header) { Begun = () => output.Commit(), Owned = output };
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }
}
