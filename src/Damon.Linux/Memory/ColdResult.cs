using Damon.Linux.Native;

namespace Damon.Linux.Memory;

/// <summary>What <see cref="ColdAdvice.Advise"/> did.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Advised">Ranges the kernel accepted. It also accepts some that it then leaves alone, such as shared pages.</param>
/// <param name="Failed">Ranges it refused; <see cref="ColdAdvice.Failures"/> has them.</param>
/// <param name="Calls">System calls made.</param>
/// <param name="Error">Why, unless <see cref="ColdOutcome.Done"/>.</param>
readonly record struct ColdResult(ColdOutcome Outcome, int Advised, int Failed, int Calls, Errno Error);
