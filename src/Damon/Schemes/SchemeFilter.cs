using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>Memory that a scheme is to leave alone, or to be limited to. The first filter that matches decides.</summary>
/// <remarks>
/// Memory that none matches is left alone if the last filter of its group allows, and taken otherwise. Filters by address and target are
/// evaluated before those by kind of page; with some of the latter, the former let unmatched memory pass.
/// </remarks>
public sealed record SchemeFilter
{
    /// <summary>What is looked at.</summary>
    public required SchemeFilterKind Kind { get; init; }

    /// <summary>Whether memory of that kind is meant; false means all other memory.</summary>
    public bool Matching { get; init; } = true;

    /// <summary>Whether what is meant is allowed; false rejects it.</summary>
    public bool Allow { get; init; }

    /// <summary>The addresses of <see cref="SchemeFilterKind.Address"/>.</summary>
    public AddressRange Range { get; init; }

    /// <summary>The index in the context of <see cref="SchemeFilterKind.Target"/>.</summary>
    public int TargetIndex { get; init; }

    /// <summary>The cgroup of <see cref="SchemeFilterKind.Memcg"/>, from the root of the hierarchy.</summary>
    public string? MemcgPath { get; init; }

    /// <summary>Least size of <see cref="SchemeFilterKind.HugePageSize"/>, in bytes.</summary>
    public ulong MinSize { get; init; }

    /// <summary>Greatest size of <see cref="SchemeFilterKind.HugePageSize"/>, in bytes; it belongs to the range.</summary>
    public ulong MaxSize { get; init; } = ulong.MaxValue;

    /// <summary>Whether the engine evaluates it by itself, region by region; others are the operations' business, page by page.</summary>
    public bool IsCore => Kind is SchemeFilterKind.Address or SchemeFilterKind.Target;
}
