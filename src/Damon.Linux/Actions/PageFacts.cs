namespace Damon.Linux.Actions;

/// <summary>What filters look at in a page that is there.</summary>
/// <param name="IsAnonymous">Whether it belongs to no file and is not shared memory.</param>
/// <param name="IsActive">Whether it is on an active LRU list.</param>
/// <param name="Cgroup">The inode of the memory cgroup it is charged to, or 0.</param>
/// <param name="IsYoung">Whether it was accessed since the last look.</param>
/// <param name="FolioSize">Size of the folio it belongs to, in bytes.</param>
/// <param name="IsUnmapped">Whether no process maps it.</param>
readonly record struct PageFacts(bool IsAnonymous, bool IsActive, ulong Cgroup, bool IsYoung, ulong FolioSize, bool IsUnmapped = false);
