using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Records.Series;

/// <summary>The snapshots of one target on their way through a <see cref="Spool"/>.</summary>
sealed class SpooledSnapshots(RecordSeries series, TargetKey target, SpoolSeries spool)
{
    const byte HasStart = 1;
    const byte HasSample = 2;
    const byte HasStatistics = 4;
    const byte HasFilterPassed = 8;

    RecordInput? _input;
    byte[] _head = new byte[256];

    public RecordSeries Series { get; } = series;

    public TargetKey Target { get; } = target;

    public SeriesSpan Span { get; private set; }

    /// <summary>Appends one target of a snapshot.</summary>
    public void Add(Snapshot snapshot, SnapshotTarget target, ReadOnlySpan<ulong> filterPassed)
    {
        Span = Span.Count == 0 ? new SeriesSpan(snapshot.TimeNs, snapshot.TimeNs, 1) : Span.With(snapshot.TimeNs);
        int at = 1;
        byte flags = 0;
        Put(ref at, snapshot.TimeNs);
        Put(ref at, target.Regions.Length);
        if (snapshot.StartNs is { } start)
        {
            flags |= HasStart;
            Put(ref at, start);
        }

        if (snapshot.SampleUs is { } sample)
        {
            flags |= HasSample;
            Put(ref at, sample);
        }

        if (snapshot.SchemeStatistics is { } statistics)
        {
            flags |= HasStatistics;
            Put(ref at, statistics);
        }

        flags |= filterPassed.IsEmpty ? (byte)0 : HasFilterPassed;
        _head[0] = flags;
        spool.Write(_head.AsSpan(0, at));
        spool.Write(MemoryMarshal.AsBytes(target.Regions));
        spool.Write(MemoryMarshal.AsBytes(filterPassed));
    }

    /// <summary>Reads the snapshots again, in the order they came.</summary>
    /// <returns>False behind the last.</returns>
    public bool Read(Snapshot snapshot)
    {
        _input ??= new RecordInput(spool);
        if (!_input.Ensure(1))
        {
            return false;
        }

        byte flags = Get<byte>();
        long time = Get<long>();
        int nrRegions = Get<int>();
        snapshot.Reset(time);
        snapshot.StartNs = (flags & HasStart) != 0 ? Get<long>() : null;
        snapshot.SampleUs = (flags & HasSample) != 0 ? Get<ulong>() : null;
        snapshot.SchemeStatistics = (flags & HasStatistics) != 0 ? Get<SnapshotSchemeStatistics>() : null;
        snapshot.AddTarget(Target);
        int left = nrRegions;
        while (left > 0)
        {
            _input.Ensure(Unsafe.SizeOf<SnapshotRegion>());
            ReadOnlySpan<SnapshotRegion> some = MemoryMarshal.Cast<byte, SnapshotRegion>(_input.Available);
            some = some[..Math.Min(left, some.Length)];
            some.CopyTo(snapshot.AddRegions(some.Length));
            left -= some.Length;
            _input.Advance(some.Length * Unsafe.SizeOf<SnapshotRegion>());
        }

        if ((flags & HasFilterPassed) != 0)
        {
            foreach (ref ulong passed in snapshot.AllFilterPassed())
            {
                passed = Get<ulong>();
            }
        }

        return true;
    }

    /// <summary>Frees the buffer, once all was read.</summary>
    public void Close()
    {
        _input = null;
        _head = [];
    }

    void Put<T>(ref int at, T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(_head.AsSpan(at), value);
        at += Unsafe.SizeOf<T>();
    }

    T Get<T>()
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        if (!_input!.Ensure(size))
        {
            throw new EndOfStreamException("The temporary file was cut while it was in use.");
        }

        T value = MemoryMarshal.Read<T>(_input.Available);
        _input.Advance(size);
        return value;
    }
}
