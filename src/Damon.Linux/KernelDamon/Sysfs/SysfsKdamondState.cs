namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>What a look at a kdamond tells.</summary>
/// <param name="Index">Its number.</param>
/// <param name="IsOn">Whether it runs.</param>
/// <param name="Pid">The pid of its thread, or -1.</param>
/// <param name="Identity">The identity of its folder.</param>
readonly record struct SysfsKdamondState(int Index, bool IsOn, int Pid, ulong Identity);
