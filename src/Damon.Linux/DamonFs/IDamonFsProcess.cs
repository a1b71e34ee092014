namespace Damon.Linux.DamonFs;

/// <summary>A process that was named as a target. It stays that process when its pid is used again.</summary>
interface IDamonFsProcess : IDisposable
{
    int Pid { get; }

    /// <summary>Whether it has not ended.</summary>
    bool IsAlive { get; }

    /// <summary>Its effective user; null when that cannot be told (any more).</summary>
    uint? UserId { get; }
}
