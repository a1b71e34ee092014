using Damon.Monitoring;

namespace Damon.Schemes;

/// <summary>One context of a parameter file: what is monitored, how, and what is done about it.</summary>
public sealed record ContextSpecification
{
    /// <summary>The address space, which the kernel names in its file <c>operations</c>.</summary>
    public AddressSpace Operations { get; init; }

    /// <summary>Bytes that an address of the context stands for; 1 or above.</summary>
    public ulong AddressUnit { get; init; } = 1;

    /// <summary>What is monitored.</summary>
    public IReadOnlyList<ContextTarget> Targets { get; init; } = [];

    /// <summary>Intervals and limits of the number of regions.</summary>
    public MonitoringAttributes Attributes { get; init; } = new();

    /// <summary>How the intervals are tuned.</summary>
    public IntervalsGoal IntervalsGoal { get; init; } = new();

    /// <summary>Whether it rests.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Its schemes.</summary>
    public IReadOnlyList<Scheme> Schemes { get; init; } = [];
}
