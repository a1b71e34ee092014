namespace Damon.Schemes;

/// <summary>What a <see cref="QuotaGoal"/> looks at.</summary>
public enum QuotaGoalMetric
{
    /// <summary>A number that the user sets while the scheme runs.</summary>
    UserInput,

    /// <summary>Microseconds during which some task waited for memory, since the last look.</summary>
    SomeMemoryPsiUs,

    /// <summary>Used memory of a node, in 1/10000 of all of it.</summary>
    NodeMemoryUsedBp,

    /// <summary>Free memory of a node, in 1/10000 of all of it.</summary>
    NodeMemoryFreeBp,

    /// <summary>Memory of a node that a memory cgroup uses, in 1/10000 of the node.</summary>
    NodeMemcgUsedBp,

    /// <summary>Memory of a node that a memory cgroup does not use, in 1/10000 of the node.</summary>
    NodeMemcgFreeBp,

    /// <summary>Pages in the active LRU lists, in 1/10000 of those in all lists.</summary>
    ActiveMemoryBp,

    /// <summary>Pages in the inactive LRU lists, in 1/10000 of those in all lists.</summary>
    InactiveMemoryBp,

    /// <summary>Memory of a node that the scheme's filters let pass, in 1/10000.</summary>
    NodeEligibleMemoryBp,
}
