using Damon.Monitoring;
using Damon.Schemes;

namespace Damo.Schemes;

/// <summary>What a scheme has done so far, with any backend; null is what the backend does not report.</summary>
sealed record SchemeProgress
{
    /// <summary>What it does.</summary>
    public required SchemeAction Action { get; init; }

    /// <summary>Counters of the scheme.</summary>
    public required SnapshotSchemeStatistics Statistics { get; init; }

    /// <summary>Whether its watermarks let it act.</summary>
    public bool? IsActive { get; init; }

    /// <summary>Time that the action took, in nanoseconds.</summary>
    public long? ActionNs { get; init; }

    /// <summary>Bytes that it may be tried on in the present window; 0 is no limit.</summary>
    public ulong? EffectiveQuota { get; init; }

    /// <summary>Bytes of those that are used up.</summary>
    public ulong? ChargedBytes { get; init; }

    /// <summary>Of schemes that this program runs by itself.</summary>
    public static IReadOnlyList<SchemeProgress> Of(IReadOnlyList<Scheme> schemes) => [.. schemes.Select(scheme => new SchemeProgress
    {
        Action = scheme.Action,
        Statistics = scheme.Statistics.ToSnapshot(scheme.MaxNrSnapshots),
        IsActive = scheme.IsActive,
        ActionNs = scheme.Statistics.ActionNs,
        EffectiveQuota = scheme.EffectiveQuota,
        ChargedBytes = scheme.ChargedBytes,
    })];

    /// <summary>Of schemes that the kernel runs.</summary>
    /// <param name="schemes">As they were asked for.</param>
    /// <param name="statistics">What is told of each.</param>
    public static IReadOnlyList<SchemeProgress> Of(IReadOnlyList<Scheme> schemes, IReadOnlyList<SnapshotSchemeStatistics> statistics) =>
        [.. schemes.Zip(statistics, static (scheme, told) => new SchemeProgress { Action = scheme.Action, Statistics = told })];
}
