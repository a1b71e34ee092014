namespace Damon.Schemes;

/// <summary>What a <see cref="SchemeFilter"/> looks at.</summary>
public enum SchemeFilterKind
{
    /// <summary>Anonymous pages.</summary>
    Anonymous,

    /// <summary>Pages on the active LRU lists.</summary>
    Active,

    /// <summary>Pages charged to a memory cgroup.</summary>
    Memcg,

    /// <summary>Pages that were accessed since the last look.</summary>
    Young,

    /// <summary>Pages of huge pages of some size.</summary>
    HugePageSize,

    /// <summary>Pages that no process maps.</summary>
    Unmapped,

    /// <summary>A range of addresses.</summary>
    Address,

    /// <summary>A target of the context.</summary>
    Target,
}
