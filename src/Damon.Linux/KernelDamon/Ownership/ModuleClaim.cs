namespace Damon.Linux.KernelDamon.Ownership;

/// <summary>A module of the kernel that this program has enabled.</summary>
/// <param name="Module">Its name.</param>
/// <param name="BootId">The boot of the machine.</param>
/// <param name="KernelPid">The pid of its thread.</param>
sealed record ModuleClaim(string Module, string BootId, int KernelPid);
