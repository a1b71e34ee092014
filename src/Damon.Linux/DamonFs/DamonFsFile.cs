using Damon.Linux.Native;

namespace Damon.Linux.DamonFs;

/// <summary>
/// A file: what is read is made at that moment, what is written takes effect at once. Any number of threads may use it.
/// </summary>
/// <remarks>
/// The code that serves it keeps the kernel's rule that a whole input comes in one write at offset 0, and answers EINVAL to writes elsewhere.
/// </remarks>
abstract class DamonFsFile(string name, ulong id) : DamonFsNode(name, id)
{
    /// <inheritdoc/>
    /// <remarks>As in the kernel also of files that can only be read or only be written: what they cannot do is EINVAL.</remarks>
    internal override int Permissions => 0x180; // 0600

    /// <summary>The whole text as it is now.</summary>
    /// <param name="caller">Who reads.</param>
    /// <param name="token">Ends a wait.</param>
    /// <exception cref="DamonFsException">It cannot be read, or not now.</exception>
    internal virtual byte[] Read(DamonFsCaller caller, CancellationToken token) => throw new DamonFsException(Errno.EINVAL);

    /// <summary>Takes an input. On success all of it counts as written, also what was not understood.</summary>
    /// <param name="data">The whole input.</param>
    /// <param name="caller">Who writes.</param>
    /// <param name="token">Ends a wait, with EINTR; what was waited for still happens.</param>
    /// <exception cref="DamonFsException">It is refused. What that leaves behind is the file's own rule.</exception>
    internal virtual void Write(ReadOnlySpan<byte> data, DamonFsCaller caller, CancellationToken token) => throw new DamonFsException(Errno.EINVAL);
}
