using System.Buffers.Text;

namespace Damon.Samples.PageCache;

/// <summary>An access to pages of a file, out of a line of the kernel's trace.</summary>
/// <param name="File">Which file: the kernel's device and inode, which are not always those that <c>stat</c> tells (overlayfs, btrfs).</param>
/// <param name="First">Offset of the first byte, in bytes.</param>
/// <param name="End">Offset behind the last page.</param>
readonly record struct FilemapEvent(FileIdentity File, ulong First, ulong End)
{
    /// <summary>
    /// Reads a line such as <c>cat-7 [000] ..... 13888.161: mm_filemap_get_pages: dev=254:0 ino=b22318 ofs=0-4095</c>, in which the end is
    /// missing where the event is of a single page.
    /// </summary>
    /// <returns>False for any other line.</returns>
    public static bool TryParse(ReadOnlySpan<byte> line, out FilemapEvent result)
    {
        result = default;

        // From the end: the name of the process, at the beginning, may be anything.
        int at = line.LastIndexOf(": mm_filemap_"u8);
        if (at < 0)
        {
            return false;
        }

        line = line[at..];
        if (!TryNumber(ref line, "dev="u8, 'D', out ulong major)
            || !TryNumber(ref line, ":"u8, 'D', out ulong minor)
            || !TryNumber(ref line, " ino="u8, 'x', out ulong inode)
            || !TryNumber(ref line, " ofs="u8, 'D', out ulong first))
        {
            return false;
        }

        ulong end = TryNumber(ref line, "-"u8, 'D', out ulong last) ? last + 1 : first + FileSpace.PageSize;
        result = new FilemapEvent(new FileIdentity(major, minor, inode), first, end);
        return end > first;
    }

    static bool TryNumber(ref ReadOnlySpan<byte> line, ReadOnlySpan<byte> before, char format, out ulong value)
    {
        value = 0;
        int at = line.IndexOf(before);
        if (at < 0 || !Utf8Parser.TryParse(line[(at + before.Length)..], out value, out int length, format))
        {
            return false;
        }

        line = line[(at + before.Length + length)..];
        return true;
    }
}
