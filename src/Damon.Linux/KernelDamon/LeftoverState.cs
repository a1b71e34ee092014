namespace Damon.Linux.KernelDamon;

/// <summary>What is to be made of a note.</summary>
enum LeftoverState
{
    /// <summary>The run lives.</summary>
    InUse,

    /// <summary>A run was killed, and what it left is proved to be its own.</summary>
    Left,

    /// <summary>A run was killed, and left nothing.</summary>
    Nothing,

    /// <summary>What is there cannot be proved to be ours: it is left alone.</summary>
    Unproven,

    /// <summary>What was left is cleared away.</summary>
    Cleared,
}
