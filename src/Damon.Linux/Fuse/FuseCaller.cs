namespace Damon.Linux.Fuse;

/// <summary>The process that made a request.</summary>
/// <param name="Pid">Its thread, in the pid namespace of the server; 0 when it is not visible from there.</param>
/// <param name="UserId">Its effective user, for file systems.</param>
/// <param name="GroupId">Its effective group, for file systems.</param>
readonly record struct FuseCaller(int Pid, uint UserId, uint GroupId);
