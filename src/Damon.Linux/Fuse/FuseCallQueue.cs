using System.Diagnostics;
using Damon.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Fuse;

/// <summary>Runs handlers on a bounded number of threads, and knows which requests are in flight so that they can be interrupted.</summary>
/// <remarks>
/// Who adds never waits: when all threads are busy a call queues, and when too much is queued it is refused. That is what keeps slow
/// handlers from blocking anything but each other: the thread that reads requests goes on, and interrupts, even of what still queues, get through.
/// Threads are woken by an eventfd: <see cref="Monitor.Wait(object)"/> was measured to double the processor time of a read.
/// </remarks>
/// <param name="device">Where replies go.</param>
/// <param name="maxWorkers">Most threads.</param>
/// <param name="failed">Told of unexpected exceptions.</param>
sealed unsafe class FuseCallQueue(FuseDevice device, int maxWorkers, Action<Exception>? failed) : IDisposable
{
    /// <summary>Most calls that queue.</summary>
    internal const int MaxWaiting = 8192;

    /// <summary>Most bytes of writes that queue.</summary>
    internal const long MaxHeldBytes = 128 << 20;

    const int MaxSpare = 64;
    const int WriteReplySize = 8;

    readonly object _gate = new();
    readonly Queue<FuseCall> _waiting = [];
    readonly Dictionary<ulong, FuseCall> _inFlight = [];
    readonly Stack<FuseCall> _spare = [];
    readonly SafeFileHandle _wakeups = Wakeups();
    long _heldBytes;
    int _workers;
    int _idle;
    bool _closed;

    /// <summary>How many calls wait or run.</summary>
    public int NrInFlight
    {
        get
        {
            lock (_gate)
            {
                return _inFlight.Count;
            }
        }
    }

    /// <summary>Has a read or write answered by its handler.</summary>
    /// <returns>False when too much waits already.</returns>
    public bool TryAdd(in FuseRequest request, FuseFileHandle handle)
    {
        bool wake;
        lock (_gate)
        {
            if (_closed || _waiting.Count >= MaxWaiting || _heldBytes + request.Data.Length > MaxHeldBytes)
            {
                return false;
            }

            if (!_spare.TryPop(out FuseCall? call))
            {
                call = new FuseCall();
            }

            call.Set(request, handle);
            if (!_inFlight.TryAdd(call.Unique, call))
            {
                // No kernel uses a number twice.
                Recycle(call);
                return false;
            }

            _heldBytes += call.NrHeldBytes;
            _waiting.Enqueue(call);
            wake = _waiting.Count <= _idle;
            if (!wake && _workers < maxWorkers)
            {
                StartWorker();
            }
        }

        if (wake)
        {
            Wake(1);
        }

        return true;
    }

    /// <summary>Interrupts a call, whether it runs or waits.</summary>
    /// <returns>False when there is no such call: not yet, or no more.</returns>
    public bool Interrupt(ulong unique)
    {
        FuseCall? call;
        bool waits;
        lock (_gate)
        {
            if (!_inFlight.TryGetValue(unique, out call))
            {
                return false;
            }

            if (call.Interrupted)
            {
                return true;
            }

            call.Interrupted = true;
            waits = !call.Started;
            if (waits)
            {
                _inFlight.Remove(unique);
            }
        }

        if (waits)
        {
            device.Fail(unique, Errno.EINTR);
        }
        else
        {
            call.Cancel();
        }

        return true;
    }

    /// <summary>Interrupts all calls.</summary>
    public void InterruptAll()
    {
        ulong[] all;
        lock (_gate)
        {
            all = [.. _inFlight.Keys];
        }

        foreach (ulong unique in all)
        {
            _ = Interrupt(unique);
        }
    }

    /// <summary>Takes no more calls, interrupts those in flight, and waits for their handlers.</summary>
    /// <returns>False when some still ran at the end of the time; their threads do not hold up the end of the process.</returns>
    public bool Close(TimeSpan limit)
    {
        lock (_gate)
        {
            _closed = true;
        }

        InterruptAll();
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            Wake((ulong)_workers);
            while (_workers > 0)
            {
                TimeSpan left = limit - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                {
                    return false;
                }

                Monitor.Wait(_gate, left);
            }
        }

        return true;
    }

    /// <summary>After <see cref="Close"/>; a handler that still runs does no harm.</summary>
    public void Dispose() => _wakeups.Dispose();

    static SafeFileHandle Wakeups()
    {
        int fd = LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_SEMAPHORE);
        return fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw new FuseMountException($"a file system cannot be served: eventfd failed: {ErrnoExtensions.Last().ToText()}");
    }

    void Wake(ulong count) => _ = LibC.write(_wakeups, &count, sizeof(ulong));

    void StartWorker()
    {
        Thread thread = new(Work) { IsBackground = true, Name = "fuse worker" };
        try
        {
            thread.Start();
            _workers++;
        }
        catch (OutOfMemoryException) when (_workers > 0)
        {
            // A limit of the number of threads; those that are there do it.
        }
    }

    void Work()
    {
        while (Take() is { } call)
        {
            Serve(call);
            lock (_gate)
            {
                // Only now, behind the reply: an interrupt that comes in between finds a call that it can do nothing to.
                _inFlight.Remove(call.Unique);
                Recycle(call);
            }
        }
    }

    /// <summary>Waits for the next call.</summary>
    /// <returns>Null when there will be none.</returns>
    FuseCall? Take()
    {
        while (true)
        {
            lock (_gate)
            {
                while (_waiting.TryDequeue(out FuseCall? call))
                {
                    _heldBytes -= call.NrHeldBytes;
                    if (!call.Interrupted)
                    {
                        call.Started = true;
                        return call;
                    }

                    Recycle(call);
                }

                if (_closed)
                {
                    _workers--;
                    Monitor.PulseAll(_gate);
                    return null;
                }

                _idle++;
            }

            // A wake-up stays until a thread takes it, so none is lost; one too many, or a signal, makes a thread look in vain.
            ulong one;
            _ = LibC.read(_wakeups, &one, sizeof(ulong));
            lock (_gate)
            {
                _idle--;
            }
        }
    }

    void Recycle(FuseCall call)
    {
        if (call.Reset() && _spare.Count < MaxSpare)
        {
            _spare.Push(call);
        }
    }

    void Serve(FuseCall call)
    {
        try
        {
            if (call.IsWrite)
            {
                call.Handle.File.Write(call.Data, call.Caller, call.Token);
                call.Handle.Move();
                FuseReplyWriter reply = new(stackalloc byte[WriteReplySize]);
                reply.U32((uint)call.Size);
                reply.Zeros(sizeof(uint));
                device.Reply(call.Unique, reply.Written);
            }
            else
            {
                byte[] text = call.Handle.File.Read(call.Caller, call.Token) ?? throw new InvalidOperationException("a file was read as null");
                call.Handle.Text = text;
                ReplyWithText(call.Unique, call.Handle, text, call.Offset, (uint)call.Size);
            }
        }
        catch (FuseException e)
        {
            device.Fail(call.Unique, e.Errno);
        }
        catch (OperationCanceledException) when (call.Token.IsCancellationRequested)
        {
            device.Fail(call.Unique, Errno.EINTR);
        }
#pragma warning disable CA1031 // Whatever a handler throws, its client gets an answer and the others go on.
        catch (Exception e)
        {
            device.Fail(call.Unique, Errno.EIO);
            failed?.Invoke(e);
        }
#pragma warning restore CA1031
    }

    /// <summary>Answers a read with a part of the text that a handle was read as.</summary>
    public void ReplyWithText(ulong unique, FuseFileHandle handle, byte[] text, ulong offset, uint size)
    {
        ReadOnlySpan<byte> rest = offset >= (ulong)text.Length ? default : text.AsSpan((int)offset);
        rest = rest[..(int)Math.Min((uint)rest.Length, size)];
        if (!rest.IsEmpty)
        {
            handle.Move();
        }

        device.Reply(unique, rest);
    }
}
