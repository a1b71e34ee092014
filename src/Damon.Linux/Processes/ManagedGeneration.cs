namespace Damon.Linux.Processes;

/// <summary>The parts of .NET's managed heap. The numbers are the runtime's own.</summary>
public enum ManagedGeneration
{
    /// <summary>Objects that no garbage collection has seen yet.</summary>
    Generation0 = 0,

    /// <summary>Objects that outlived one collection.</summary>
    Generation1 = 1,

    /// <summary>Objects that outlived two.</summary>
    Generation2 = 2,

    /// <summary>Objects of at least 85,000 bytes, unless set otherwise.</summary>
    LargeObjects = 3,

    /// <summary>Objects that were allocated as pinned.</summary>
    PinnedObjects = 4,
}
