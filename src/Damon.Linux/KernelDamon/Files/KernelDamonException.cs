using Damon.Linux.Backends;
using Damon.Linux.Native;

namespace Damon.Linux.KernelDamon.Files;

/// <summary>The kernel's DAMON cannot do what was asked; the message is one line for the user: what, where, and what to do.</summary>
public sealed class KernelDamonException : BackendException
{
    internal KernelDamonException(string message, Errno errno = Errno.None)
        : base(message) => Errno = errno;

    /// <summary>What the kernel answered; none where it was not asked.</summary>
    internal Errno Errno { get; }
}
