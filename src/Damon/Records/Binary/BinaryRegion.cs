using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Damon.Monitoring;

namespace Damon.Records.Binary;

/// <summary>A region as it lies in a binary record, 20 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
readonly struct BinaryRegion(ulong start, ulong end, uint nrAccesses)
{
    public const int Size = 20;

    readonly ulong _start = Little(start);
    readonly ulong _end = Little(end);
    readonly uint _nrAccesses = BitConverter.IsLittleEndian ? nrAccesses : BinaryPrimitives.ReverseEndianness(nrAccesses);

    public ulong Start => Little(_start);

    public ulong End => Little(_end);

    public uint NrAccesses => BitConverter.IsLittleEndian ? _nrAccesses : BinaryPrimitives.ReverseEndianness(_nrAccesses);

    /// <summary>Decodes as many regions as <paramref name="to"/> holds.</summary>
    /// <returns>Index of the first region whose end lies below its start; -1 if there is none.</returns>
    public static int Decode(ReadOnlySpan<byte> from, Span<SnapshotRegion> to)
    {
        ReadOnlySpan<BinaryRegion> regions = MemoryMarshal.Cast<byte, BinaryRegion>(from)[..to.Length];
        bool broken = false;
        for (int i = 0; i < to.Length; i++)
        {
            ref readonly BinaryRegion region = ref regions[i];
            ulong start = region.Start;
            ulong end = region.End;
            broken |= end < start;
            to[i] = new SnapshotRegion(start, end, region.NrAccesses, SnapshotRegion.UnknownAge);
        }

        return broken ? FirstBroken(to) : -1;
    }

    static int FirstBroken(ReadOnlySpan<SnapshotRegion> regions)
    {
        int i = 0;
        while (regions[i].End >= regions[i].Start)
        {
            i++;
        }

        return i;
    }

    static ulong Little(ulong value) => BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
}
