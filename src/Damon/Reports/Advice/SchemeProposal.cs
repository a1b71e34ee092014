using Damon.Schemes;
using Damon.Schemes.Replay;

namespace Damon.Reports.Advice;

/// <summary>A scheme that a record speaks for.</summary>
public sealed record SchemeProposal
{
    /// <summary>The scheme.</summary>
    public required Scheme Scheme { get; init; }

    /// <summary>For how long memory has to be idle, or hot.</summary>
    public required int Seconds { get; init; }

    /// <summary>The mappings it is about, those with most bytes first.</summary>
    public required IReadOnlyList<MappingShare> Mappings { get; init; }

    /// <summary>Bytes that are paged out, or in huge pages, on average from when the first can be.</summary>
    public required double Bytes { get; init; }

    /// <summary>Mapped bytes that were monitored, on average.</summary>
    public required double MonitoredBytes { get; init; }

    /// <summary>For actions that take memory away: what came back, and how soon.</summary>
    public IReadOnlyList<RegretWindow> Regret { get; init; } = [];

    /// <summary>For huge pages: the share of their memory that was idle for 10 s or longer, on average; null for other actions.</summary>
    public double? IdleShare { get; init; }
}
