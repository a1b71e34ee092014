using System.Buffers.Binary;

namespace Damon.Linux.Fuse;

/// <summary>Puts the structures of replies together, field by field.</summary>
ref struct FuseReplyWriter(Span<byte> buffer)
{
    readonly Span<byte> _buffer = buffer;
    int _length;

    /// <summary>What has been written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    public void U16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer[_length..], value);
        _length += sizeof(ushort);
    }

    public void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer[_length..], value);
        _length += sizeof(uint);
    }

    public void U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer[_length..], value);
        _length += sizeof(ulong);
    }

    public void Zeros(int count)
    {
        _buffer.Slice(_length, count).Clear();
        _length += count;
    }

    /// <summary>Appends one entry of a directory, if there is room for it.</summary>
    /// <param name="inode">The inode number.</param>
    /// <param name="next">The offset at which to go on behind it.</param>
    /// <param name="type">As in the upper four bits of a mode.</param>
    /// <param name="name">At most 255 bytes.</param>
    public bool TryEntry(ulong inode, ulong next, uint type, ReadOnlySpan<byte> name)
    {
        const int HeaderSize = 24;
        int padded = (name.Length + 7) & ~7;
        if (_buffer.Length - _length < HeaderSize + padded)
        {
            return false;
        }

        U64(inode);
        U64(next);
        U32((uint)name.Length);
        U32(type);
        name.CopyTo(_buffer[_length..]);
        _buffer.Slice(_length + name.Length, padded - name.Length).Clear();
        _length += padded;
        return true;
    }
}
