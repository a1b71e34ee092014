using System.Globalization;
using System.Text;
using Damon.Linux.Native;

namespace Damon.Linux.DamonFs;

/// <summary><c>nr_contexts</c>: how many contexts there are, the root included.</summary>
sealed class ContextCountFile(DamonFileSystem fileSystem) : DamonFsFile("nr_contexts", fileSystem.NextId())
{
    /// <inheritdoc/>
    internal override byte[] Read(DamonFsCaller caller, CancellationToken token) =>
        Encoding.ASCII.GetBytes(fileSystem.NrContexts.ToString(CultureInfo.InvariantCulture) + "\n");

    /// <inheritdoc/>
    internal override void Write(ReadOnlySpan<byte> data, DamonFsCaller caller, CancellationToken token)
    {
        KernelScanner scanner = new(data);
        if (!scanner.TryInt32(out int count) || count < 1)
        {
            throw new DamonFsException(Errno.EINVAL);
        }

        fileSystem.SetNrContexts(count);
    }
}
