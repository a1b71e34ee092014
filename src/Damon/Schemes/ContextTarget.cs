using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>What a specified context monitors.</summary>
public sealed record ContextTarget
{
    /// <summary>The process; null for physical memory.</summary>
    public int? Pid { get; init; }

    /// <summary>Whether it is to be removed.</summary>
    public bool IsObsolete { get; init; }

    /// <summary>Addresses to monitor, ascending and apart; empty for all.</summary>
    public IReadOnlyList<AddressRange> Regions { get; init; } = [];
}
