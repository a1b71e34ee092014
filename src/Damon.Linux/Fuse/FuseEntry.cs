namespace Damon.Linux.Fuse;

/// <summary>A node by the name it has in its directory.</summary>
/// <param name="Name">1 to 255 bytes of UTF-8, without a slash, and neither <c>.</c> nor <c>..</c>.</param>
/// <param name="Node">The node.</param>
readonly record struct FuseEntry(string Name, FuseNode Node);
