namespace Damon.Bench;

/// <summary>What a turn of <see cref="PhysicalBench"/> took: the medians of its samples, in microseconds.</summary>
/// <param name="Found">Frames whose owners were found.</param>
/// <param name="ResolveCpu">Finding them, CPU time.</param>
/// <param name="Resolve">The same, elapsed.</param>
/// <param name="PrepareCpu">The first half of a sample, CPU time.</param>
/// <param name="CheckCpu">The second half.</param>
readonly record struct PhysicalTurn(double Found, double ResolveCpu, double Resolve, double PrepareCpu, double CheckCpu);
