using System.Text;
using Damon.Monitoring;

namespace Damon.Reports.Raw;

/// <summary>Every region of every snapshot as one JSON array, a snapshot per line. Call <see cref="Finish"/> at the end.</summary>
sealed class RawJson
{
    readonly ReportBuffer _text;
    readonly byte[] _granularity;
    bool _any;

    /// <summary>Starts the array.</summary>
    /// <param name="output">Takes ASCII; stays open.</param>
    /// <param name="granularity">What an access was known of where that is more than a page, such as <c>mapping</c>: a member of each snapshot then. Null for
    /// none.</param>
    public RawJson(Stream output, string? granularity = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        _granularity = granularity is null ? [] : Encoding.ASCII.GetBytes($"\"granularity\": \"{granularity}\", ");
        _text = new ReportBuffer(output);
        _text.Text("["u8);
    }

    /// <summary>Writes one snapshot. The age is null where it is unknown.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Add(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _text.Text(_any ? ",\n{\"time_ns\": "u8 : "\n{\"time_ns\": "u8);
        _any = true;
        _text.Number(snapshot.TimeNs);
        _text.Text(", "u8);
        _text.Text(_granularity);
        _text.Text("\"targets\": ["u8);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            SnapshotTarget target = snapshot[i];
            _text.Text(i == 0 ? "{\"target_id\": "u8 : ", {\"target_id\": "u8);
            _text.Number(target.Id);
            _text.Text(", \"regions\": ["u8);
            bool anyRegion = false;
            foreach (ref readonly SnapshotRegion region in target.Regions)
            {
                _text.Text(anyRegion ? ", {\"start\": "u8 : "{\"start\": "u8);
                anyRegion = true;
                _text.Number(region.Start);
                _text.Text(", \"end\": "u8);
                _text.Number(region.End);
                _text.Text(", \"nr_accesses\": "u8);
                _text.Number((ulong)region.NrAccesses);
                _text.Text(", \"age\": "u8);
                if (region.Age == SnapshotRegion.UnknownAge)
                {
                    _text.Text("null}"u8);
                }
                else
                {
                    _text.Number((long)region.Age);
                    _text.Text("}"u8);
                }
            }

            _text.Text("]}"u8);
        }

        _text.Text("]}"u8);
    }

    /// <summary>Ends the array and hands what is still buffered to the stream.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Finish()
    {
        _text.Text("\n]\n"u8);
        _text.Flush();
    }
}
