using Damon.Monitoring;

namespace Damon.Samples.PageCache;

/// <summary>What to record.</summary>
/// <param name="Paths">Files and directories.</param>
/// <param name="Output">The record.</param>
/// <param name="Attributes">How to monitor.</param>
/// <param name="Check">One of <see cref="PageCacheChecks.Kinds"/>.</param>
/// <param name="TraceFs">Where tracefs is mounted.</param>
/// <param name="Seconds">After which time to end; 0 for never.</param>
sealed record PageCacheOptions(IReadOnlyList<string> Paths, string Output, MonitoringAttributes Attributes, string Check, string TraceFs, double Seconds);
