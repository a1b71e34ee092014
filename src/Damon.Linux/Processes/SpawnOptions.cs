namespace Damon.Linux.Processes;

/// <summary>What a <see cref="SpawnedProcess"/> inherits.</summary>
sealed record SpawnOptions
{
    /// <summary>
    /// Descriptors of this process, and the numbers they get in the other, in this order. Standard input, output and error are inherited anyway.
    /// </summary>
    internal IReadOnlyList<(int From, int To)> Descriptors { get; init; } = [];

    /// <summary>Numbers of descriptors that lead nowhere.</summary>
    internal IReadOnlyList<int> ToNull { get; init; } = [];

    /// <summary>Whether what this process itself has inherited, above standard error, is kept from the other.</summary>
    internal bool ClosesOthers { get; init; }

    /// <summary>Whether it has a session of its own, so that neither a terminal nor a process group ends it.</summary>
    internal bool HasOwnSession { get; init; }

    /// <summary>Its variables, as NAME=VALUE; null for those of this process.</summary>
    internal IReadOnlyList<string>? Environment { get; init; }
}
