namespace Damon.Linux.Actions;

/// <summary>What came of an attempt to have a process advise on its own memory.</summary>
/// <param name="Advised">Bytes on which the advice was taken.</param>
/// <param name="Refusal">Why nothing, or not all, was done; null when all was.</param>
readonly record struct InjectionResult(ulong Advised, string? Refusal);
