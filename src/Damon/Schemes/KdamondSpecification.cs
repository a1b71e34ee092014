namespace Damon.Schemes;

/// <summary>One monitoring thread of a parameter file.</summary>
sealed record KdamondSpecification
{
    /// <summary>Time between two updates of what its files say, in milliseconds; 0 is never.</summary>
    public ulong RefreshMs { get; init; }

    /// <summary>Its contexts.</summary>
    public IReadOnlyList<ContextSpecification> Contexts { get; init; } = [];
}
