using Damon.Linux.Native;

namespace Damon.Linux.Fuse;

/// <summary>A directory. Programs can list it but not change it; what is in it is the business of the tree's owner.</summary>
/// <remarks>
/// Nothing of it is remembered: each lookup and each listing asks again, so what it holds may come and go at any time. It is asked by the one
/// thread that reads all requests, so its members must not wait for anything that takes long. What they throw is the client's error: a
/// <see cref="FuseException"/> its own, all else EIO.
/// </remarks>
abstract class FuseDirectory : FuseNode
{
    /// <summary>What an attempt to make a file by opening it gets. EACCES, as from a debugfs directory.</summary>
    public virtual Errno CreateError => Errno.EACCES;

    /// <summary>What mkdir, mknod, symlink, link, unlink, rmdir and rename get. EPERM, as from a debugfs directory.</summary>
    public virtual Errno ChangeError => Errno.EPERM;

    /// <summary>What is in it now, without <c>.</c> and <c>..</c>.</summary>
    public abstract IReadOnlyList<FuseEntry> Entries();

    /// <summary>The node of a name, or null when there is none.</summary>
    public abstract FuseNode? Find(string name);
}
