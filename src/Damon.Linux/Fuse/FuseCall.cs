using System.Buffers;

namespace Damon.Linux.Fuse;

/// <summary>A read or write that a handler has to answer. Used again and again, so that requests allocate nothing.</summary>
#pragma warning disable CA1001 // A source without a timer and without a wait handle holds nothing that would have to be disposed of.
sealed class FuseCall
#pragma warning restore CA1001
{
    byte[]? _data;
    readonly CancellationTokenSource _cancellation = new();

    /// <summary>The number to answer with.</summary>
    public ulong Unique { get; private set; }

    /// <summary>What is read or written.</summary>
    public FuseFileHandle Handle { get; private set; } = null!;

    /// <summary>The process that asks.</summary>
    public FuseCaller Caller { get; private set; }

    /// <summary>Whether it is a write.</summary>
    public bool IsWrite => _data is not null;

    /// <summary>Where to read.</summary>
    public ulong Offset { get; private set; }

    /// <summary>How much to read at most; how much is written.</summary>
    public int Size { get; private set; }

    /// <summary>What is written.</summary>
    public ReadOnlySpan<byte> Data => _data.AsSpan(0, Size);

    /// <summary>How many bytes it holds while it waits.</summary>
    public int NrHeldBytes => _data?.Length ?? 0;

    /// <summary>For the handler.</summary>
    public CancellationToken Token => _cancellation.Token;

    /// <summary>Whether a handler has begun. Only under the lock of the <see cref="FuseCallQueue"/>.</summary>
    public bool Started { get; set; }

    /// <summary>Whether the client was interrupted. Only under the lock of the <see cref="FuseCallQueue"/>.</summary>
    public bool Interrupted { get; set; }

    /// <summary>Takes a request over, with a copy of what it wants written.</summary>
    public void Set(in FuseRequest request, FuseFileHandle handle)
    {
        Unique = request.Unique;
        Handle = handle;
        Caller = request.Caller;
        Offset = request.Offset;
        Size = (int)Math.Min(request.Size, int.MaxValue);
        Started = false;
        Interrupted = false;
        if (request.Opcode == FuseOpcode.Write)
        {
            _data = ArrayPool<byte>.Shared.Rent(Size);
            request.Data.CopyTo(_data);
        }
    }

    /// <summary>Tells the handler to give up, without waiting for what it has registered for that.</summary>
    public void Cancel() => _ = _cancellation.CancelAsync();

    /// <summary>Lets go of what it holds.</summary>
    /// <returns>Whether it can be used for another request.</returns>
    public bool Reset()
    {
        if (_data is not null)
        {
            ArrayPool<byte>.Shared.Return(_data);
            _data = null;
        }

        Handle = null!;

        // Who interrupts may still be at it after the handler has ended; such a call is left to the garbage collector.
        return !Interrupted && _cancellation.TryReset();
    }
}
