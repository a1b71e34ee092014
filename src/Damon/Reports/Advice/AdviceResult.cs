namespace Damon.Reports.Advice;

/// <summary>What a record speaks for.</summary>
/// <param name="Proposals">The schemes.</param>
/// <param name="Rejected">What was considered and is not proposed, and why, in a sentence each.</param>
public sealed record AdviceResult(IReadOnlyList<SchemeProposal> Proposals, IReadOnlyList<string> Rejected);
