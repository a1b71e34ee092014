using System.Globalization;
using System.Text;

namespace Damon.Linux.DamonFs;

/// <summary><c>kdamond_pid</c>: the thread that monitors the context, or <c>none</c>.</summary>
sealed class KdamondPidFile(DamonFileSystem fileSystem, DamonFsContext context) : ContextFile("kdamond_pid", fileSystem, context)
{
    /// <inheritdoc/>
    internal override byte[] Read(DamonFsCaller caller, CancellationToken token)
    {
        lock (FileSystem.Gate)
        {
            Context.ThrowIfRemoved();
            return Context.Run is { ThreadId: > 0 and int thread }
                ? Encoding.ASCII.GetBytes(thread.ToString(CultureInfo.InvariantCulture) + "\n")
                : "none\n"u8.ToArray();
        }
    }
}
