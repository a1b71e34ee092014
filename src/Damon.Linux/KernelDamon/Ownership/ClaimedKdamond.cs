using Damon.Linux.KernelDamon.Files;

namespace Damon.Linux.KernelDamon.Ownership;

/// <summary>A kdamond that was made or started.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Identity">See <see cref="IKernelFiles.Identity"/>; 0 where folders do not tell.</param>
/// <param name="KernelPid">The pid of its thread; -1 before it was started.</param>
sealed record ClaimedKdamond(int Index, ulong Identity, int KernelPid);
