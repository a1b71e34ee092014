namespace Damon.Bench;

/// <summary>What a run of <see cref="EngineBench"/> in real time cost.</summary>
/// <param name="Regions">Mean number of regions.</param>
/// <param name="ThreadMs">CPU time of the thread, in ms per second.</param>
/// <param name="ProcessMs">CPU time of the process.</param>
/// <param name="Missed">Ticks that could not be kept.</param>
/// <param name="MedianUs">Lateness that half of the ticks did not exceed.</param>
/// <param name="WorstUs">Lateness that 99 % of the ticks did not exceed.</param>
readonly record struct EngineRun(double Regions, double ThreadMs, double ProcessMs, double Missed, double MedianUs, double WorstUs);
