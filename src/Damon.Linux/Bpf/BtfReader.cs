using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Damon.Linux.Native;

namespace Damon.Linux.Bpf;

/// <summary>
/// Reads BPF type information: the kernel's own description of its structures. The format is that of the kernel's
/// <c>Documentation/bpf/btf.rst</c>. Everything read is checked against the sections it lies in, and all work is bounded, so that
/// a broken file ends in a <see cref="BtfException"/>.
/// </summary>
/// <remarks>
/// The file and the index of its records live outside the managed heap, because they are needed once, for some milliseconds, and
/// would otherwise stay in the process as 6 MB of heap.
/// </remarks>
sealed unsafe class BtfReader : IDisposable
{
    const ushort Magic = 0xeb9f;
    const int MinHeaderLength = 24;
    const int RecordLength = 12;
    const int MemberLength = 12;
    const long MaxFileLength = 256 << 20;

    // No real structure nests deeper, and no real look-up visits more members; both only bound the work for a made-up file.
    const int MaxDepth = 32;
    const int MaxMembersVisited = 1 << 20;

    readonly byte* _file;
    readonly nuint _fileLength;
    readonly bool _mapped;
    readonly BtfName[] _wanted;
    readonly uint[] _found;
    long _typesStart;
    long _typesLength;
    long _stringsStart;
    long _stringsLength;
    uint* _records;
    bool _disposed;

    BtfReader(byte* file, nuint length, bool mapped, BtfName[] wanted)
    {
        _file = file;
        _fileLength = length;
        _mapped = mapped;
        _wanted = wanted;
        _found = new uint[wanted.Length];
    }

    /// <summary>Number of types including the implicit void, which has id 0.</summary>
    public uint TypeCount { get; private set; } = 1;

    /// <summary>Reads a file, as a rule <c>/sys/kernel/btf/vmlinux</c>, and looks up names on the way.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="BtfException">The file is malformed.</exception>
    public static BtfReader Open(string path, params BtfName[] wanted) => Open(path, map: true, wanted);

    /// <inheritdoc cref="Open(string, BtfName[])"/>
    internal static BtfReader Open(string path, bool map, BtfName[] wanted)
    {
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path);
        long length = RandomAccess.GetLength(file);
        if (length is <= 0 or > MaxFileLength)
        {
            throw new BtfException(0, $"file length {length}, expected 1 to {MaxFileLength}");
        }

        // 6.16 and later map the file, which saves reading 5 MB; others refuse with ENODEV.
        void* mapping = map
            ? LibC.mmap(null, (nuint)length, LibC.PROT_READ, LibC.MAP_PRIVATE, (int)file.DangerousGetHandle(), 0)
            : LibC.MAP_FAILED;
        if (mapping != LibC.MAP_FAILED)
        {
            return Index(new BtfReader((byte*)mapping, (nuint)length, mapped: true, wanted));
        }

        byte* buffer = (byte*)NativeMemory.Alloc((nuint)length);
        int read = 0;
        try
        {
            int got;
            while (read < length && (got = RandomAccess.Read(file, new Span<byte>(buffer + read, (int)length - read), read)) > 0)
            {
                read += got;
            }
        }
        catch
        {
            NativeMemory.Free(buffer);
            throw;
        }

        return Index(new BtfReader(buffer, (nuint)read, mapped: false, wanted));
    }

    /// <summary>Reads a copy of the bytes given.</summary>
    /// <exception cref="BtfException">The bytes are malformed.</exception>
    public static BtfReader Parse(ReadOnlySpan<byte> bytes, params BtfName[] wanted)
    {
        byte* buffer = (byte*)NativeMemory.Alloc((nuint)Math.Max(1, bytes.Length));
        bytes.CopyTo(new Span<byte>(buffer, bytes.Length));
        return Index(new BtfReader(buffer, (nuint)bytes.Length, mapped: false, wanted));
    }

    /// <summary>The id of a type that was asked for when the file was opened; null when there is none.</summary>
    public uint? Find(BtfKind kind, string name)
    {
        for (int i = 0; i < _wanted.Length; i++)
        {
            if (_wanted[i].Kind == kind && string.Equals(_wanted[i].Name, name, StringComparison.Ordinal))
            {
                return _found[i] == 0 ? null : _found[i];
            }
        }

        throw new ArgumentException($"{kind} {name} was not asked for when the type information was opened", nameof(name));
    }

    /// <summary>
    /// Byte offset of a member of a structure or union, also if it sits in an unnamed member; null when there is none.
    /// </summary>
    public int? MemberOffset(uint typeId, ReadOnlySpan<byte> member)
    {
        int budget = MaxMembersVisited;
        long bits = MemberBits(typeId, member, 0, ref budget);
        return bits < 0 ? null : (int)(bits / 8);
    }

    /// <summary>Size in bytes of a structure, union or integer.</summary>
    public int SizeOf(uint typeId)
    {
        long record = Record(typeId);
        return U32(record + 8) is var size && size <= int.MaxValue
            ? (int)size
            : throw new BtfException(record + 8, $"size {size} of type {typeId}");
    }

    /// <summary>The value of an enumerator; null when there is none.</summary>
    public long? EnumValue(uint typeId, ReadOnlySpan<byte> enumerator)
    {
        long record = Record(typeId);
        if (KindAt(record) != BtfKind.Enum)
        {
            return null;
        }

        long at = record + RecordLength;
        for (int left = VLenAt(record); left > 0; left--, at += 8)
        {
            if (NameIs(U32(at), at, enumerator))
            {
                return (int)U32(at + 4);
            }
        }

        return null;
    }

    /// <summary>Follows typedefs and qualifiers to the type behind them.</summary>
    public uint Resolve(uint typeId)
    {
        for (int depth = 0; depth < MaxDepth; depth++)
        {
            long record = Record(typeId);
            if (KindAt(record) is not (BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.TypeTag))
            {
                return typeId;
            }

            typeId = U32(record + 8);
            if (typeId == 0)
            {
                return 0;
            }
        }

        throw new BtfException(Record(typeId), $"more than {MaxDepth} typedefs and qualifiers in a row");
    }

    public BtfKind KindOf(uint typeId) => typeId == 0 ? BtfKind.Void : KindAt(Record(typeId));

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        NativeMemory.Free(_records);
        if (_mapped)
        {
            _ = LibC.munmap(_file, _fileLength);
        }
        else
        {
            NativeMemory.Free(_file);
        }
    }

    static BtfReader Index(BtfReader reader)
    {
        try
        {
            reader.ReadHeader();
            reader.ReadTypes();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    void ReadHeader()
    {
        long length = (long)_fileLength;
        if (length < MinHeaderLength)
        {
            throw new BtfException(length, $"file ends inside the header ({length} bytes)");
        }

        ushort magic = BinaryPrimitives.ReadUInt16LittleEndian(new ReadOnlySpan<byte>(_file, 2));
        if (magic != Magic)
        {
            throw new BtfException(0, $"magic number {magic:x4}, expected {Magic:x4}");
        }

        if (_file[2] != 1)
        {
            throw new BtfException(2, $"version {_file[2]}, expected 1");
        }

        long headerLength = U32(4);
        if (headerLength < MinHeaderLength || headerLength > length)
        {
            throw new BtfException(4, $"header length {headerLength}, expected {MinHeaderLength} to {length}");
        }

        (_typesStart, _typesLength) = Section(8, "type");
        (_stringsStart, _stringsLength) = Section(16, "string");
        if (_stringsLength > 0 && _file[_stringsStart + _stringsLength - 1] != 0)
        {
            throw new BtfException(_stringsStart + _stringsLength - 1, "string section does not end in a zero byte");
        }

        (long Start, long Length) Section(long field, string name)
        {
            long start = headerLength + U32(field);
            long size = U32(field + 4);
            return start + size <= length
                ? (start, size)
                : throw new BtfException(field, $"{name} section of {size} bytes at {start} ends behind the file ({length} bytes)");
        }
    }

    void ReadTypes()
    {
        // Every record has at least 12 bytes. The memory is touched only as far as there are types.
        _records = (uint*)NativeMemory.Alloc((nuint)(_typesLength / RecordLength) + 1, sizeof(uint));
        _records[0] = 0;

        // For each kind, the first letters of the names wanted: most names need no comparison.
        ulong* letters = stackalloc ulong[32];
        new Span<ulong>(letters, 32).Clear();
        foreach (BtfName name in _wanted)
        {
            letters[(int)name.Kind] |= 1UL << (name.Utf8[0] & 63);
        }

        long end = _typesStart + _typesLength;
        for (long at = _typesStart; at < end;)
        {
            if (end - at < RecordLength)
            {
                throw new BtfException(at, $"type section ends inside the record of type {TypeCount}");
            }

            uint name = *(uint*)(_file + at);
            uint info = *(uint*)(_file + at + 4);
            int kind = (int)(info >> 24) & 31;
            if (name >= _stringsLength && name != 0)
            {
                throw new BtfException(at, $"name offset {name} of type {TypeCount} is outside the strings ({_stringsLength} bytes)");
            }

            long extra = ExtraLength(kind, info & 0xffff);
            if (extra < 0)
            {
                throw new BtfException(at + 4, $"unknown kind {kind} of type {TypeCount}");
            }

            if (extra > end - at - RecordLength)
            {
                throw new BtfException(at + 4, $"{(BtfKind)kind} of type {TypeCount} with {info & 0xffff} members ends behind the type section");
            }

            if (name != 0 && (letters[kind] >> (_file[_stringsStart + name] & 63) & 1) != 0)
            {
                Note((BtfKind)kind, name, at);
            }

            _records[TypeCount++] = (uint)at;
            at += RecordLength + extra;
        }
    }

    void Note(BtfKind kind, uint name, long at)
    {
        for (int i = 0; i < _wanted.Length; i++)
        {
            if (_found[i] == 0 && _wanted[i].Kind == kind && NameIs(name, at, _wanted[i].Utf8))
            {
                _found[i] = TypeCount;
            }
        }
    }

    /// <summary>Bytes that follow the 12 of the record itself; -1 for a kind this reader does not know and so cannot skip.</summary>
    static long ExtraLength(int kind, uint vlen) => (BtfKind)kind switch
    {
        BtfKind.Int or BtfKind.Variable or BtfKind.DeclTag => 4,
        BtfKind.Array => 12,
        BtfKind.Struct or BtfKind.Union or BtfKind.DataSection or BtfKind.Enum64 => 12L * vlen,
        BtfKind.Enum or BtfKind.FunctionPrototype => 8L * vlen,
        BtfKind.Pointer or BtfKind.Forward or BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict
            or BtfKind.Function or BtfKind.Float or BtfKind.TypeTag => 0,
        _ => -1,
    };

    long MemberBits(uint typeId, ReadOnlySpan<byte> member, int depth, ref int budget)
    {
        long record = Record(typeId);
        if (KindAt(record) is not (BtfKind.Struct or BtfKind.Union))
        {
            return -1;
        }

        if (depth > MaxDepth)
        {
            throw new BtfException(record, $"unnamed members nested more than {MaxDepth} deep");
        }

        bool hasBitFields = U32(record + 4) >> 31 != 0;
        long at = record + RecordLength;
        for (int left = VLenAt(record); left > 0; left--, at += MemberLength)
        {
            if (--budget < 0)
            {
                throw new BtfException(at, $"more than {MaxMembersVisited} members to search");
            }

            uint name = U32(at);
            long bits = hasBitFields ? U32(at + 8) & 0xffffff : U32(at + 8);
            if (name != 0 && _file[StringAt(name, at)] != 0)
            {
                if (NameIs(name, at, member))
                {
                    return bits;
                }
            }
            else if (Resolve(U32(at + 4)) is var inner and not 0 && MemberBits(inner, member, depth + 1, ref budget) is var found and >= 0)
            {
                return bits + found;
            }
        }

        return -1;
    }

    bool NameIs(uint name, long at, ReadOnlySpan<byte> expected)
    {
        long start = StringAt(name, at);
        long room = _stringsStart + _stringsLength - start;
        return room > expected.Length
            && _file[start + expected.Length] == 0
            && new ReadOnlySpan<byte>(_file + start, expected.Length).SequenceEqual(expected);
    }

    long StringAt(uint name, long at) => name < _stringsLength
        ? _stringsStart + name
        : throw new BtfException(at, $"name offset {name} is outside the strings ({_stringsLength} bytes)");

    long Record(uint typeId)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return typeId != 0 && typeId < TypeCount
            ? _records[typeId]
            : throw new BtfException(_typesStart, $"type id {typeId}, expected 1 to {TypeCount - 1}");
    }

    // Records were checked to lie inside the type section when they were indexed.
    uint U32(long at) => *(uint*)(_file + at);

    BtfKind KindAt(long record) => (BtfKind)(U32(record + 4) >> 24 & 31);

    int VLenAt(long record) => (int)(U32(record + 4) & 0xffff);
}
