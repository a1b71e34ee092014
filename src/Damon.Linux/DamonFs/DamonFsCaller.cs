namespace Damon.Linux.DamonFs;

/// <summary>The process that reads or writes a file.</summary>
/// <param name="Pid">The process, as this process sees its pid.</param>
/// <param name="UserId">Its user; 0 may do everything.</param>
readonly record struct DamonFsCaller(int Pid, uint UserId);
