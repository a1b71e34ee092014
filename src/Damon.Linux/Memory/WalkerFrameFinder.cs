namespace Damon.Linux.Memory;

/// <summary>Finds frames by page-table walks, a batch per system call.</summary>
/// <param name="walker">Owned by this object from now on.</param>
/// <param name="flags">Where walks do not tell the folio, as for pages that were not accessed. Not owned.</param>
sealed class WalkerFrameFinder(PageTableWalker walker, KernelPageFlags flags) : IFrameFinder
{
    public string Description => $"frames from a BPF {(walker.ProgramKind == WalkerProgramKind.Syscall ? "syscall program" : "task iterator")}";

    public bool Find(MonitoredProcess process, ReadOnlySpan<ulong> addresses, Span<ulong> heads, long nowNs)
    {
        for (int first = 0; first < addresses.Length; first += PageTableWalker.BatchCapacity)
        {
            int count = Math.Min(PageTableWalker.BatchCapacity, addresses.Length - first);
            addresses.Slice(first, count).CopyTo(walker.Addresses);
            if (walker.Walk(process.Pid, count, withFolio: true) != WalkStatus.Ok)
            {
                return false;
            }

            process.SawAddressSpace(walker.LastMm);
            ReadOnlySpan<PageEntry> entries = walker.Entries;
            for (int i = 0; i < count; i++)
            {
                heads[first + i] = HeadOf(entries[i], flags);
            }
        }

        return true;
    }

    public void Forget(MonitoredProcess process) => walker.Forget(process.Pid);

    public void Dispose() => walker.Dispose();

    /// <summary>Frame of the first page of the folio behind an entry; 0 where there is none, or the zero page.</summary>
    internal static ulong HeadOf(PageEntry entry, KernelPageFlags flags) => entry switch
    {
        { Present: false } or { Special: true } => 0,
        { FolioKnown: true } => entry.Pfn & ~((1UL << entry.FolioOrder) - 1),
        _ => flags.HeadOf(entry.Pfn),
    };
}
