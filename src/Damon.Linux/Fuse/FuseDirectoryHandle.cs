using System.Text;

namespace Damon.Linux.Fuse;

/// <summary>A directory as one client has opened it: its entries as they were when reading began, so that none is shown twice or left out.</summary>
sealed class FuseDirectoryHandle(FuseDirectory directory)
{
    const int MaxNameLength = 255;

    (ulong Inode, uint Type, byte[] Name)[]? _entries;

    /// <summary>Writes entries from an offset on, as many as there is room for.</summary>
    /// <param name="offset">0 for the beginning, which is read again; otherwise the offset that came with the last entry.</param>
    /// <param name="reply">Where to.</param>
    /// <returns>False when there is no room for even one.</returns>
    public bool Read(ulong offset, ref FuseReplyWriter reply)
    {
        if (offset == 0 || _entries is null)
        {
            _entries = List();
        }

        for (ulong i = offset; i < (ulong)_entries.Length; i++)
        {
            (ulong inode, uint type, byte[] name) = _entries[i];
            if (!reply.TryEntry(inode, i + 1, type, name))
            {
                return i > offset;
            }
        }

        return true;
    }

    (ulong Inode, uint Type, byte[] Name)[] List()
    {
        // The inode of the parent is not known here, and nothing relies on it: the kernel resolves ".." itself.
        List<(ulong, uint, byte[])> entries =
        [
            (directory.Id, FuseAttributes.TypeOf(directory), "."u8.ToArray()),
            (directory.Id, FuseAttributes.TypeOf(directory), ".."u8.ToArray()),
        ];
        foreach (FuseEntry entry in directory.Entries())
        {
            byte[] name = Encoding.UTF8.GetBytes(entry.Name);
            if (name.Length is 0 or > MaxNameLength || entry.Name.AsSpan().ContainsAny('/', '\0'))
            {
                throw new InvalidDataException($"'{entry.Name}' is no name of a file");
            }

            entries.Add((entry.Node.Id, FuseAttributes.TypeOf(entry.Node), name));
        }

        return [.. entries];
    }
}
