namespace Damon.Schemes;

/// <summary>What a scheme does to the memory it matches. The first six have the numbers of the debugfs interface.</summary>
public enum SchemeAction
{
    /// <summary>Read it in: it will be needed soon.</summary>
    WillNeed = 0,

    /// <summary>Let it be reclaimed before other memory.</summary>
    Cold = 1,

    /// <summary>Reclaim it now.</summary>
    PageOut = 2,

    /// <summary>Use huge pages.</summary>
    HugePage = 3,

    /// <summary>Use no huge pages.</summary>
    NoHugePage = 4,

    /// <summary>Do nothing but count.</summary>
    Stat = 5,

    /// <summary>Collapse it into huge pages, once and now.</summary>
    Collapse = 6,

    /// <summary>Move it to the head of the LRU lists.</summary>
    LruPrio = 7,

    /// <summary>Move it to the tail of the LRU lists.</summary>
    LruDeprio = 8,

    /// <summary>Migrate it to another NUMA node, the hottest first.</summary>
    MigrateHot = 9,

    /// <summary>Migrate it to another NUMA node, the coldest first.</summary>
    MigrateCold = 10,
}
