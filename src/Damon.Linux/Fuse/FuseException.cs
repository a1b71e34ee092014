using Damon.Linux.Native;

namespace Damon.Linux.Fuse;

/// <summary>What a handler throws to answer its client with an error number.</summary>
sealed class FuseException(Errno errno) : Exception(errno.ToText())
{
    /// <summary>The error the client gets.</summary>
    public Errno Errno { get; } = errno;
}
