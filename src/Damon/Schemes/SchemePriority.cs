namespace Damon.Schemes;

/// <summary>Which regions an action takes first when its quota does not suffice for all.</summary>
public enum SchemePriority
{
    /// <summary>In the order of their addresses.</summary>
    None,

    /// <summary>The most accessed.</summary>
    Hot,

    /// <summary>The least accessed.</summary>
    Cold,
}
