using Damon.Linux.DamonFs;
using Damon.Linux.Fuse;

namespace Damo.DebugFs;

/// <summary>A directory of the debugfs interface, as the FUSE server wants it.</summary>
sealed class ServedDirectory(DamonFsDirectory directory) : FuseDirectory
{
    /// <inheritdoc/>
    public override ulong Id => directory.Id;

    /// <inheritdoc/>
    public override uint Permissions => (uint)directory.Permissions;

    /// <inheritdoc/>
    public override IReadOnlyList<FuseEntry> Entries() => [.. directory.Entries.Select(node => new FuseEntry(node.Name, Served(node)))];

    /// <inheritdoc/>
    public override FuseNode? Find(string name) => directory.Find(name) is { } node ? Served(node) : null;

    static FuseNode Served(DamonFsNode node) => node switch
    {
        DamonFsDirectory inner => new ServedDirectory(inner),
        DamonFsFile file => new ServedFile(file),
        _ => throw new InvalidOperationException($"'{node.Name}' is neither a file nor a directory."),
    };
}
