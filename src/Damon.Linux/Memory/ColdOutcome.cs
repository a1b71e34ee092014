namespace Damon.Linux.Memory;

/// <summary>How <see cref="ColdAdvice.Advise"/> ended.</summary>
enum ColdOutcome
{
    /// <summary>All ranges were gone through; some may have failed by themselves.</summary>
    Done,

    /// <summary>The process has ended.</summary>
    TargetGone,

    /// <summary>This process may not advise that one: CAP_SYS_NICE and the right to trace it are needed.</summary>
    NoPermission,

    /// <summary>The kernel refused as such; see <see cref="ColdResult.Error"/>.</summary>
    Failed,
}
