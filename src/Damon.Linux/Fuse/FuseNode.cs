namespace Damon.Linux.Fuse;

/// <summary>A file or directory of a tree that a <see cref="FuseServer"/> serves.</summary>
abstract class FuseNode
{
    /// <summary>The inode number: unique in the tree, stable, never used again for another node. That of the root is 1.</summary>
    public abstract ulong Id { get; }

    /// <summary>The permission bits, such as octal 0600. Asked again each time; by them the kernel decides who may open the node.</summary>
    public abstract uint Permissions { get; }
}
