namespace Damon.Bench;

/// <summary>What a phase of <see cref="OverheadBench"/> saw.</summary>
/// <param name="Operations">Of the target.</param>
/// <param name="CpuNs">CPU time of the target.</param>
/// <param name="MonitorCpuNs">CPU time of monitoring it.</param>
readonly record struct OverheadPhase(double Operations, double CpuNs, double MonitorCpuNs);
