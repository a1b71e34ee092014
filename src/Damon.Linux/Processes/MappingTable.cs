using System.Globalization;
using System.Text;
using Damon.Monitoring;

namespace Damon.Linux.Processes;

/// <summary>The mappings of one process as /proc/PID/maps told them last, in address order. Filled again and again without garbage.</summary>
public sealed class MappingTable
{
    /// <summary>Longest name in bytes. Of a longer one the end is kept: thousands of mappings of files deep down would cost more than all else.</summary>
    const int MaxName = 255;

    const string Cut = "...";

    readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _names;
    readonly Dictionary<string, string> _nameStore = new(StringComparer.Ordinal);
    AddressRange[] _ranges = new AddressRange[64];
    Mapping[] _mappings = new Mapping[64];
    int _count;

    /// <summary>An empty table.</summary>
    internal MappingTable() => _names = _nameStore.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The address ranges, valid until the table is refilled.</summary>
    public ReadOnlySpan<AddressRange> Ranges => _ranges.AsSpan(0, _count);

    /// <summary>The mappings, valid until the table is refilled.</summary>
    public ReadOnlySpan<Mapping> Mappings => _mappings.AsSpan(0, _count);

    /// <summary>The index of the mapping that holds <paramref name="address"/>, or -1.</summary>
    public int IndexOf(ulong address) => RangeSearch.IndexOf(Mappings, address);

    /// <summary>The index of the first mapping that holds <paramref name="address"/> or lies behind it; their number when there is none.</summary>
    internal int FirstEndingAfter(ulong address) => RangeSearch.FirstEndingAfter(Mappings, address);

    /// <summary>
    /// Fills the table from the text of /proc/PID/maps (proc(5)). Lines that do not parse, or go back in the address order, are left
    /// out: the file belongs to another process and may be read while that changes. So is the vsyscall page, which is no part of the
    /// process' own address space.
    /// </summary>
    internal void Parse(ReadOnlySpan<byte> text)
    {
        _count = 0;
        if (_nameStore.Count > 10_000)
        {
            _nameStore.Clear();
        }

        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            ParseLine(line);
        }
    }

    /// <summary>Fills the table with mappings that are known otherwise.</summary>
    /// <param name="mappings">In address order, disjoint.</param>
    internal void Set(IReadOnlyList<Mapping> mappings)
    {
        _count = 0;
        foreach (Mapping mapping in mappings)
        {
            Add(mapping);
        }
    }

    void Add(Mapping mapping)
    {
        if (_count == _ranges.Length)
        {
            Array.Resize(ref _ranges, _count * 2);
            Array.Resize(ref _mappings, _count * 2);
        }

        _ranges[_count] = mapping.Range;
        _mappings[_count++] = mapping;
    }

    void ParseLine(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> addresses = NextField(ref line);
        ReadOnlySpan<byte> permissions = NextField(ref line);
        NextField(ref line);
        NextField(ref line);
        ReadOnlySpan<byte> inode = NextField(ref line);
        ReadOnlySpan<byte> name = line.TrimStart((byte)' ');
        int dash = addresses.IndexOf((byte)'-');
        if (dash <= 0
            || permissions.Length < 4
            || inode.IsEmpty
            || !ulong.TryParse(addresses[..dash], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong start)
            || !ulong.TryParse(addresses[(dash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong end)
            || start >= end
            || (_count > 0 && start < _ranges[_count - 1].End)
            || name.SequenceEqual("[vsyscall]"u8))
        {
            return;
        }

        MappingTraits traits = (permissions[0] == 'r' ? MappingTraits.Read : 0)
            | (permissions[1] == 'w' ? MappingTraits.Write : 0)
            | (permissions[2] == 'x' ? MappingTraits.Execute : 0)
            | (permissions[3] == 's' ? MappingTraits.Shared : 0)
            | (inode.SequenceEqual("0"u8) ? 0 : MappingTraits.File);
        Add(new Mapping(new AddressRange(start, end), traits, NameOf(name)));
    }

    string NameOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return "";
        }

        Span<char> chars = stackalloc char[MaxName + Cut.Length];
        int length = 0;
        if (bytes.Length > MaxName)
        {
            Cut.CopyTo(chars);
            length = Cut.Length;
            bytes = bytes[^(MaxName - Cut.Length)..];
        }

        length += Encoding.UTF8.GetChars(bytes, chars[length..]);
        ReadOnlySpan<char> name = chars[..length];
        if (!_names.TryGetValue(name, out string? known))
        {
            known = name.ToString();
            _nameStore[known] = known;
        }

        return known;
    }

    static ReadOnlySpan<byte> NextField(ref ReadOnlySpan<byte> line)
    {
        line = line.TrimStart((byte)' ');
        int end = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> field = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[end..];
        return field;
    }
}
