namespace Damon.Linux.Memory;

/// <summary>A process that maps page frames, by its address space.</summary>
/// <param name="mm">Kernel address of its <c>mm_struct</c>.</param>
sealed class MemoryOwner(ulong mm) : IDisposable
{
    /// <summary>Kernel address of its <c>mm_struct</c>.</summary>
    internal ulong Mm { get; } = mm;

    /// <summary>Kernel address of the task that was seen to use it.</summary>
    internal ulong Task { get; set; }

    /// <summary>The process; null when there is none that could be opened.</summary>
    internal MonitoredProcess? Process { get; set; }

    /// <summary>When to look again for a process that was not found, in nanoseconds.</summary>
    internal long RetryNs { get; set; }

    /// <summary>When it was last wanted, in nanoseconds.</summary>
    internal long LastUsedNs { get; set; }

    /// <summary>Its place among those wanted in the running sample; -1 when it was not yet.</summary>
    internal int Place { get; set; } = -1;

    public void Dispose() => Process?.Dispose();
}
