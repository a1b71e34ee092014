namespace Damon.Records.TraceText;

/// <summary>What tells the series of trace lines apart.</summary>
readonly record struct TraceKey(ulong TargetId, int? ContextIndex, int? SchemeIndex);
