using Damon.Monitoring;

namespace Damon.Linux.Memory;

/// <summary>What <c>struct page</c> tells of one page frame.</summary>
record struct FrameFacts
{
    /// <summary>The frame's number.</summary>
    internal ulong Frame;

    /// <summary>Number of the first frame of its folio.</summary>
    internal ulong Head;

    /// <summary>What is in it.</summary>
    internal FrameState State;

    /// <summary>The flags of its folio, as the kernel numbers them.</summary>
    internal ulong Flags;

    /// <summary>The folio's <c>mapping</c> word.</summary>
    internal ulong Mapping;

    /// <summary>Page in the file or the anonymous area.</summary>
    internal ulong Index;

    /// <summary>Base-2 logarithm of the number of frames of its folio.</summary>
    internal int Order;

    /// <summary>Mappings of the folio, less 1: of a single page, or the sum over all pages of a large one.</summary>
    internal int MapCount;

    /// <summary>Index of the first place where it is mapped; -1 when there is none.</summary>
    internal int FirstMapping;

    /// <summary>Places where it was found mapped.</summary>
    internal int NrMappings;

    /// <summary>Whether it belongs to no file and is not shared memory.</summary>
    internal readonly bool IsAnonymous => (Mapping & 1) != 0;

    /// <summary>Size of the folio, in bytes.</summary>
    internal readonly ulong FolioSize => Page.Size << Order;
}
