namespace Damon.Samples.PageCache;

/// <summary>What the kernel knows a file by.</summary>
readonly record struct FileIdentity(ulong Major, ulong Minor, ulong Inode);
