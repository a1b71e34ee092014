namespace Damon.Linux.Memory;

/// <summary>Features of the kernel that a walker uses where it finds them; tests turn them off to walk like an older kernel.</summary>
sealed record WalkerOptions
{
    /// <summary>Loop with the helper of 5.17 rather than with plain jumps.</summary>
    public bool UseLoopHelper { get; init; } = true;

    /// <summary>Let the kernel pick the task of an iterator (6.1) rather than visiting all and comparing.</summary>
    public bool UseTaskFilter { get; init; } = true;
}
