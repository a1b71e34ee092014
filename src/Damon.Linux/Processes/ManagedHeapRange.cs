using Damon.Monitoring;

namespace Damon.Linux.Processes;

/// <summary>A piece of the managed heap, all of one generation.</summary>
/// <param name="Range">Its addresses, in bytes, with what is reserved for it but not used yet.</param>
/// <param name="UsedBytes">How many of them, from the start on, held objects after the last collection that told.</param>
/// <param name="Generation">Whose it was then. Objects that were allocated since lie in pieces of generation 0, or of large or pinned objects.</param>
public readonly record struct ManagedHeapRange(AddressRange Range, ulong UsedBytes, ManagedGeneration Generation) : IAddressed
{
    /// <summary>What it is called in names of addresses.</summary>
    public string Name => Generation switch
    {
        ManagedGeneration.Generation0 => "[gc gen0]",
        ManagedGeneration.Generation1 => "[gc gen1]",
        ManagedGeneration.Generation2 => "[gc gen2]",
        ManagedGeneration.LargeObjects => "[gc loh]",
        ManagedGeneration.PinnedObjects => "[gc poh]",
        _ => "[gc]",
    };
}
