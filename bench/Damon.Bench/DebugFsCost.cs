namespace Damon.Bench;

/// <summary>What a call of <see cref="DebugFsBench"/> took, in microseconds.</summary>
/// <param name="ServerUs">CPU time of the server.</param>
/// <param name="ClientUs">CPU time of the client.</param>
/// <param name="ElapsedUs">From the client's view.</param>
readonly record struct DebugFsCost(double ServerUs, double ClientUs, double ElapsedUs);
