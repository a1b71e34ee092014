using Damon.Linux.Native;
using Damon.Linux.Outputs;
using Damon.Records.Streams;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.DamonFs;

/// <summary>
/// Appends to a file in batches: as many whole items as fit in a buffer, in one write. An item above the buffer's length goes out in
/// several. The file is opened by the first batch and made with mode 0644.
/// </summary>
/// <param name="path">Where the file is, a NUL at the end.</param>
/// <param name="bufferLength">The length of the buffer.</param>
sealed class RecordBatches(byte[] path, int bufferLength) : OneWayStream
{
    const uint Mode = 0x1A4; // 0644

    readonly byte[] _buffer = new byte[bufferLength];
    SafeFileHandle? _handle;
    int _length;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <summary>Adds an item.</summary>
    /// <exception cref="IOException">A batch could not be written; what is in the file ends with the batch before.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > _buffer.Length - _length)
        {
            WriteOut();
        }

        if (buffer.Length > _buffer.Length)
        {
            Append(buffer);
            return;
        }

        buffer.CopyTo(_buffer.AsSpan(_length));
        _length += buffer.Length;
    }

    /// <summary>Does nothing: who writes items flushes each, and they are to be gathered here. See <see cref="WriteOut"/>.</summary>
    public override void Flush()
    {
    }
    /// <summary>Writes what has been gathered.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    internal void WriteOut()
    {
        if (_length > 0)
        {
            Append(_buffer.AsSpan(0, _length));
            _length = 0;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _handle?.Dispose();
        base.Dispose(disposing);
    }

    void Append(ReadOnlySpan<byte> bytes)
    {
        _handle ??= AppendFile.Open(path, Mode);
        long before = LengthOf(_handle);
        try
        {
            for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, _buffer.Length)..])
            {
                Write(_handle, bytes[..Math.Min(bytes.Length, _buffer.Length)]);
            }
        }
        catch (IOException)
        {
            if (before >= 0)
            {
                _ = LibC.ftruncate((int)_handle.DangerousGetHandle(), before);
            }

            throw;
        }
    }

    static unsafe void Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint done = 0;
            while (done < bytes.Length)
            {
                nint written = LibC.write((int)handle.DangerousGetHandle(), start + done, (nuint)(bytes.Length - done));
                if (written < 0 && ErrnoExtensions.Last() != Errno.EINTR)
                {
                    throw new IOException(ErrnoExtensions.Last().ToText());
                }

                done += Math.Max(written, 0);
            }
        }
    }

    /// <returns>-1 where it has none, like a pipe.</returns>
    static long LengthOf(SafeFileHandle handle)
    {
        try
        {
            return RandomAccess.GetLength(handle);
        }
        catch (Exception e) when (e is NotSupportedException or IOException)
        {
            return -1;
        }
    }
}
