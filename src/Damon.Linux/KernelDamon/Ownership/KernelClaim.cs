using System.Text.Json.Serialization;

namespace Damon.Linux.KernelDamon.Ownership;

/// <summary>What a run of this program has taken of the kernel's DAMON: enough to prove later what is its own, and to undo it.</summary>
sealed record KernelClaim
{
    /// <summary>The process that took it.</summary>
    public int Pid { get; init; }

    /// <summary>When that process began, in clock ticks since the machine did: a pid alone may mean another process later.</summary>
    public ulong StartTime { get; init; }

    /// <summary>The boot of the machine; what is claimed does not outlive it.</summary>
    public string BootId { get; init; } = "";

    /// <summary>The name of the backend.</summary>
    public string Interface { get; init; } = "";

    /// <summary>The folder of the interface.</summary>
    public string Root { get; init; } = "";

    /// <summary>The kdamonds made.</summary>
    public IReadOnlyList<ClaimedKdamond> Kdamonds { get; init; } = [];

    /// <summary>The folder of the tracing instances, where one was made.</summary>
    public string? TraceRoot { get; init; }

    /// <summary>The tracing instance made, below that folder.</summary>
    public string? TraceInstance { get; init; }

    /// <summary>What files of the interface said before: they are to say it again.</summary>
    public IReadOnlyList<ClaimedFile> Files { get; init; } = [];

    /// <summary>Whether nothing is claimed yet, or any more.</summary>
    [JsonIgnore]
    public bool IsEmpty => Kdamonds.Count == 0 && TraceInstance is null && Files.Count == 0;
}
