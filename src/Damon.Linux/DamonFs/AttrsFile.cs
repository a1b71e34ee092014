using System.Text;
using Damon.Linux.Native;

namespace Damon.Linux.DamonFs;

/// <summary><c>attrs</c>: intervals and limits of the number of regions.</summary>
sealed class AttrsFile(DamonFileSystem fileSystem, DamonFsContext context) : ContextFile("attrs", fileSystem, context)
{
    /// <inheritdoc/>
    internal override byte[] Read(DamonFsCaller caller, CancellationToken token)
    {
        lock (FileSystem.Gate)
        {
            Context.ThrowIfRemoved();
            return Encoding.ASCII.GetBytes(Context.Attributes.ToString());
        }
    }

    /// <inheritdoc/>
    /// <remarks>A refused write changes nothing.</remarks>
    internal override void Write(ReadOnlySpan<byte> data, DamonFsCaller caller, CancellationToken token)
    {
        DamonFsAttributes attributes = DamonFsAttributes.Parse(data) ?? throw new DamonFsException(Errno.EINVAL);
        lock (FileSystem.Gate)
        {
            Context.ThrowIfNotChangeable();
            Context.Attributes = attributes.IsValid(Era) ? attributes : throw new DamonFsException(Errno.EINVAL);
        }
    }
}
