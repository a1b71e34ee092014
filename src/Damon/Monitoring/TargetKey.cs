namespace Damon.Monitoring;

/// <summary>What tells the targets of a record apart: the id, and which of those with this id it is.</summary>
readonly record struct TargetKey(Int128 Id, int Instance = 0);
