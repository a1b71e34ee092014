using Damon.Monitoring;

namespace Damon.Reports.Raw;

/// <summary>Every region of every snapshot as CSV: a line each, under a line of names. Call <see cref="Flush"/> at the end.</summary>
sealed class RawCsv
{
    readonly ReportBuffer _text;

    /// <summary>Starts the text.</summary>
    /// <param name="output">Takes ASCII; stays open.</param>
    public RawCsv(Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _text = new ReportBuffer(output);
        _text.Text("time_ns,target_id,start,end,nr_accesses,age\n"u8);
    }

    /// <summary>Writes one snapshot. The age is empty where it is unknown.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Add(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            foreach (ref readonly SnapshotRegion region in target.Regions)
            {
                _text.Number(snapshot.TimeNs);
                _text.Text(","u8);
                _text.Number(target.Id);
                _text.Text(","u8);
                _text.Number(region.Start);
                _text.Text(","u8);
                _text.Number(region.End);
                _text.Text(","u8);
                _text.Number((ulong)region.NrAccesses);
                _text.Text(","u8);
                if (region.Age != SnapshotRegion.UnknownAge)
                {
                    _text.Number((long)region.Age);
                }

                _text.Text("\n"u8);
            }
        }
    }

    /// <summary>Hands what is still buffered to the stream.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Flush() => _text.Flush();
}
