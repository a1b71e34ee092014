namespace Damon.Schemes;

/// <summary>How a quota follows its goals.</summary>
public enum QuotaTuner
{
    /// <summary>By a proportional feedback loop that goes on in steady state.</summary>
    Consist,

    /// <summary>All or nothing: full quota until the goal is reached, none from then on.</summary>
    Temporal,
}
