namespace Damon.Bench;

/// <summary>What a round of <see cref="ChecksBench"/> took.</summary>
/// <param name="FirstUs">The first walk over the pages.</param>
/// <param name="AgainUs">The same with warm caches.</param>
/// <param name="FoliosUs">Once more, reading <c>struct page</c> as well.</param>
/// <param name="Ranges">What was young and is cleared.</param>
/// <param name="ClearUs">Clearing it.</param>
readonly record struct ChecksRound(double FirstUs, double AgainUs, double FoliosUs, double Ranges, double ClearUs);
