using System.Text;

namespace Damon.Linux.DamonFs;

/// <summary><c>schemes</c>: one line of numbers per scheme, on reading with its counters, also while it runs.</summary>
sealed class SchemesFile(DamonFileSystem fileSystem, DamonFsContext context) : ContextFile("schemes", fileSystem, context)
{
    /// <inheritdoc/>
    internal override byte[] Read(DamonFsCaller caller, CancellationToken token)
    {
        StringBuilder text = new();
        lock (FileSystem.Gate)
        {
            Context.ThrowIfRemoved();
            foreach (DamonFsScheme scheme in Context.Schemes)
            {
                scheme.AppendTo(text, Era);
            }
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <inheritdoc/>
    /// <remarks>Takes the place of all schemes and of what they have counted. A refused write changes nothing.</remarks>
    internal override void Write(ReadOnlySpan<byte> data, DamonFsCaller caller, CancellationToken token)
    {
        List<DamonFsScheme> schemes = DamonFsScheme.ParseAll(data, Era);
        lock (FileSystem.Gate)
        {
            Context.ThrowIfNotChangeable();
            Context.Schemes = schemes;
        }
    }
}
