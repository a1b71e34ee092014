using Damon.Linux.Native;

namespace Damon.Linux.DamonFs;

/// <summary>A read or a write that is refused, with what the kernel would answer.</summary>
sealed class DamonFsException : Exception
{
    internal DamonFsException(Errno errno)
        : base(errno.ToText()) => Errno = errno;

    internal DamonFsException(Errno errno, string message)
        : base(message) => Errno = errno;

    /// <summary>What the caller of read or write gets.</summary>
    internal Errno Errno { get; }
}
