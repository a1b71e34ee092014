namespace Damon.Linux.DamonFs;

/// <summary>The directory of a context, or the root. May be read by any thread while contexts come and go.</summary>
sealed class DamonFsDirectory(string name, ulong id) : DamonFsNode(name, id)
{
    // Replaced as a whole, so that who walks it needs no lock.
    volatile DamonFsNode[] _entries = [];

    /// <inheritdoc/>
    internal override int Permissions => 0x1C0; // 0700

    /// <summary>What is in it now, in the order of its creation.</summary>
    internal IReadOnlyList<DamonFsNode> Entries => _entries;

    /// <summary>The entry of that name, or null.</summary>
    internal DamonFsNode? Find(string name)
    {
        foreach (DamonFsNode entry in _entries)
        {
            if (entry.Name.Equals(name, StringComparison.Ordinal))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Adds an entry. One thread at a time changes a directory.</summary>
    internal void Add(DamonFsNode entry) => _entries = [.. _entries, entry];

    /// <summary>Takes an entry out. One thread at a time changes a directory.</summary>
    internal void Remove(DamonFsNode entry) => _entries = [.. _entries.Where(e => e != entry)];
}
