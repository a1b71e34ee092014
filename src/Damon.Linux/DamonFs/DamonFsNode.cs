namespace Damon.Linux.DamonFs;

/// <summary>A file or a directory of the tree.</summary>
/// <param name="name">Its name; empty for the root.</param>
/// <param name="id">Unique for the life of the file system, as an inode number; 1 is the root.</param>
abstract class DamonFsNode(string name, ulong id)
{
    internal string Name { get; } = name;

    internal ulong Id { get; } = id;

    /// <summary>The permission bits of its mode.</summary>
    internal abstract int Permissions { get; }
}
