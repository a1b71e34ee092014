namespace Damon.Schemes;

/// <summary>What an action did to one region.</summary>
/// <param name="Applied">Bytes on which it did something.</param>
/// <param name="FilterPassed">Bytes that passed the filters by kind of page.</param>
public readonly record struct SchemeOutcome(ulong Applied, ulong FilterPassed);
