namespace Damon.Monitoring;

/// <summary>Why a run of a <see cref="Kdamond"/> ended.</summary>
public enum KdamondEnd
{
    /// <summary><see cref="Kdamond.Stop"/> was called.</summary>
    Stopped,

    /// <summary>No target is left that could be monitored.</summary>
    TargetsGone,

    /// <summary>An observer asked for it.</summary>
    ObserverEnded,
}
