using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Damon.Linux.Processes;

namespace Damon.Linux.Tests.Processes;

public sealed class ManagedHeapTests
{
    [Fact]
    public void Addresses_of_objects_lie_in_pieces_of_their_generation()
    {
        byte[] pinned = GC.AllocateArray<byte>(1000, pinned: true);
        byte[] large = GC.AllocateUninitializedArray<byte>(1 << 20);
        using ManagedHeap heap = ManagedHeap.Watch();
        Assert.True(heap.IsSupported);
        ulong pinnedAddress = Address(pinned);
        GCHandle handle = GCHandle.Alloc(large, GCHandleType.Pinned);
        try
        {
            WaitForCollection(heap);
            Assert.Equal(ManagedGeneration.PinnedObjects, heap.Find(pinnedAddress)?.Generation);
            Assert.Equal(ManagedGeneration.LargeObjects, heap.Find(Address(large))?.Generation);
            Assert.Equal("[gc loh]", heap.Find(Address(large))?.Name);
        }
        finally
        {
            handle.Free();
        }

        Assert.Null(heap.Find(0));
        Assert.Null(heap.Find(ulong.MaxValue));
        IReadOnlyList<ManagedHeapRange> ranges = heap.Ranges;
        for (int i = 0; i < ranges.Count; i++)
        {
            Assert.False(ranges[i].Range.IsEmpty);
            Assert.True(ranges[i].UsedBytes <= ranges[i].Range.Size);
            Assert.Equal(0u, (ranges[i].Range.Start | ranges[i].Range.End) % 4096);
            Assert.True(i == 0 || ranges[i - 1].Range.End <= ranges[i].Range.Start, $"{ranges[i]} begins before the end of the one before it");
        }

        Assert.Contains(ranges, range => range.Generation == ManagedGeneration.Generation0);
        GC.KeepAlive(pinned);
    }

    [Fact]
    public void The_known_heap_ranges_stay_after_disposal()
    {
        ManagedHeap heap = ManagedHeap.Watch();
        WaitForCollection(heap);
        heap.Dispose();
        Assert.NotEmpty(heap.Ranges);
    }

    /// <summary>The events come when the runtime's thread gets to it, and the first collection may have begun before anybody listened.</summary>
    static void WaitForCollection(ManagedHeap heap)
    {
        long start = Stopwatch.GetTimestamp();
        while (heap.Ranges.Count == 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "the runtime tells nothing");
            GC.Collect(0);
            Thread.Sleep(200);
        }
    }

    static unsafe ulong Address(byte[] pinned) => (ulong)(nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}
