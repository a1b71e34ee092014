namespace Damon.Bench;

/// <summary>What a whole process cost.</summary>
/// <param name="CpuMs">User and system time.</param>
/// <param name="ElapsedMs">From its start to its end.</param>
/// <param name="PeakMiB">The most memory seen; NaN when it was not looked at.</param>
readonly record struct ToolCost(double CpuMs, double ElapsedMs, double PeakMiB);
