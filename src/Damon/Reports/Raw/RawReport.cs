using System.Globalization;
using Damon.Monitoring;
using Damon.Numbers;

namespace Damon.Reports.Raw;

/// <summary>The first tool's <c>report raw</c>, to the byte: every region of every snapshot as text.</summary>
/// <remarks>
/// Oddities that scripts know and that are kept: <c>start_time</c> is the END of the first snapshot, and is printed again as long as
/// the snapshots before had a time of 0; an empty line follows every target; the two blanks behind labels. Bytes go straight into
/// the stream in large pieces; nothing is allocated per line. Call <see cref="Flush"/> at the end.
/// </remarks>
sealed class RawReport
{
    /// <summary>Longest line: two addresses of 16 digits, a size and a count of 20.</summary>
    const int MaxLine = 96;

    readonly Stream _output;
    readonly bool _targetIdLabel;
    readonly byte[] _buffer = new byte[64 * 1024];
    int _length;
    long _startTimeNs;

    /// <summary>Starts a report.</summary>
    /// <param name="output">Takes UTF-8; stays open.</param>
    /// <param name="options">Null for the first tool's wording.</param>
    public RawReport(Stream output, RawReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _targetIdLabel = options?.TargetIdLabel ?? false;
    }

    /// <summary>Reports one snapshot.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Add(Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (_startTimeNs == 0)
        {
            _startTimeNs = snapshot.TimeNs;
            Line("start_time:  "u8, _startTimeNs, 0);
        }

        Line("rel time: "u8, snapshot.TimeNs - _startTimeNs, 16);
        Line("nr_tasks:  "u8, snapshot.NrTargets, 0);
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            AddTarget(snapshot[i]);
        }
    }

    /// <summary>Hands what is still buffered to the stream and flushes it.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Flush()
    {
        Drain();
        _output.Flush();
    }

    void AddTarget(SnapshotTarget target)
    {
        ReadOnlySpan<byte> label = _targetIdLabel ? "target_id:  "u8 : "pid:  "u8;
        Int128 id = target.Id;
        if (id >= long.MinValue && id <= long.MaxValue)
        {
            Line(label, (long)id, 0);
        }
        else
        {
            WideId(label, id);
        }

        Line("nr_regions:  "u8, target.Regions.Length, 0);
        foreach (ref readonly SnapshotRegion region in target.Regions)
        {
            Span<byte> line = Room();
            int at = AsciiDigits.Hex12(line, region.Start);
            line[at++] = (byte)'-';
            at += AsciiDigits.Hex12(line[at..], region.End);
            line[at++] = (byte)'(';
            at += Size(line[at..], region);
            line[at++] = (byte)')';
            line[at++] = (byte)':';
            line[at++] = (byte)'\t';
            at += AsciiDigits.Decimal(line[at..], (ulong)region.NrAccesses);
            line[at++] = (byte)'\n';
            _length += at;
        }

        Room()[0] = (byte)'\n';
        _length++;
    }

    static int Size(Span<byte> to, in SnapshotRegion region) => region.End >= region.Start
        ? AsciiDigits.Decimal(to, region.End - region.Start, 10)
        : AsciiDigits.Decimal(to, -(long)(region.Start - region.End), 10);

    void WideId(ReadOnlySpan<byte> label, Int128 id)
    {
        Span<byte> line = Room();
        label.CopyTo(line);
        id.TryFormat(line[label.Length..], out int written, default, CultureInfo.InvariantCulture);
        line[label.Length + written] = (byte)'\n';
        _length += label.Length + written + 1;
    }

    void Line(ReadOnlySpan<byte> label, long value, int width)
    {
        Span<byte> line = Room();
        label.CopyTo(line);
        int at = label.Length;
        at += AsciiDigits.Decimal(line[at..], value, width);
        line[at++] = (byte)'\n';
        _length += at;
    }

    Span<byte> Room()
    {
        if (_buffer.Length - _length < MaxLine)
        {
            Drain();
        }

        return _buffer.AsSpan(_length);
    }

    void Drain()
    {
        if (_length > 0)
        {
            int length = _length;
            _length = 0;
            _output.Write(_buffer, 0, length);
        }
    }
}
