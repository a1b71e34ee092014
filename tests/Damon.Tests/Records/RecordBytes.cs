using System.Buffers.Binary;
using System.Text;

namespace Damon.Tests.Records;

/// <summary>Record files made by hand, field by field, independent of the writer under test.</summary>
sealed class RecordBytes
{
    readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public RecordBytes Header(int version) => Text("damon_recfmt_ver").I32(version);

    public RecordBytes Time(long seconds, long nanoseconds, uint nrTargets) => I64(seconds).I64(nanoseconds).U32(nrTargets);

    public RecordBytes Pid(int pid, uint nrRegions) => I32(pid).U32(nrRegions);

    public RecordBytes Id(ulong id, uint nrRegions) => U64(id).U32(nrRegions);

    public RecordBytes Region(ulong start, ulong end, uint nrAccesses) => U64(start).U64(end).U32(nrAccesses);

    public RecordBytes Text(string text) => Raw(Encoding.ASCII.GetBytes(text));

    public RecordBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public RecordBytes I32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Raw(bytes.ToArray());
    }

    public RecordBytes U32(uint value) => I32((int)value);

    public RecordBytes U64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Raw(bytes.ToArray());
    }

    public RecordBytes I64(long value) => U64((ulong)value);
}
