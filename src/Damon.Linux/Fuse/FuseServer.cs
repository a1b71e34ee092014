using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Damon.Linux.Fuse;

/// <summary>A file system of this process, mounted through <c>/dev/fuse</c>. It needs root, and no libfuse.</summary>
/// <remarks>
/// Mounted by <see cref="Mount"/>, served by <see cref="Start"/> on a thread of its own, ended by <see cref="Unmount"/>, by <c>umount</c> or by
/// <see cref="Dispose"/>. The process that serves must not use the mount where it holds up that thread.
/// </remarks>
sealed unsafe class FuseServer : IDisposable
{
    // A request that writes has its header and 40 more bytes before the data; the kernel wants room for that and a bit.
    const int BufferSize = FuseSession.MaxWrite + (int)FuseSession.PageSize;

    /// <summary>How long clients that are being served are given to end, when the file system is unmounted.</summary>
    static readonly TimeSpan s_drainLimit = TimeSpan.FromSeconds(1);

    /// <summary>How long handlers are given to end after that.</summary>
    static readonly TimeSpan s_handlerLimit = TimeSpan.FromSeconds(5);

    static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(5);

    readonly FuseMountPoint _mount;
    readonly FuseDevice _device;
    readonly FuseWatchdog? _watchdog;
    readonly FuseCallQueue _calls;
    readonly FuseSession _session;
    readonly ManualResetEventSlim _ended = new();
    readonly Lock _unmountGate = new();
    int _begun;
    Exception? _failure;

    FuseServer(FuseMountPoint mount, FuseDevice device, FuseWatchdog? watchdog, FuseCallQueue calls, FuseDirectory root, FuseMountOptions options)
    {
        _mount = mount;
        _device = device;
        _watchdog = watchdog;
        _calls = calls;
        _session = new FuseSession(device, calls, root, options);
    }

    /// <summary>The real path of the directory.</summary>
    public string Directory => _mount.Directory;

    /// <summary>Number of nodes that the kernel knows, besides the root. Exact only while the file system is not in use.</summary>
    public int NrKnownNodes => _session.NrKnownNodes;

    /// <summary>Number of open files and directories. Exact only while the file system is not in use.</summary>
    public int NrHandles => _session.NrHandles;

    /// <summary>How many reads and writes wait for a handler or run.</summary>
    public int NrInFlight => _calls.NrInFlight;

    /// <summary>The process that detaches the mount after a crash; 0 when there is none.</summary>
    public int WatchdogPid => _watchdog?.Pid ?? 0;

    /// <summary>Mounts a tree. Clients wait until it is served.</summary>
    /// <param name="directory">An existing directory; what is in it is hidden meanwhile. What a dead server has left there is cleared away.</param>
    /// <param name="root">The tree.</param>
    /// <param name="options">How.</param>
    /// <exception cref="FuseMountException">It cannot be mounted: one line says why.</exception>
    public static FuseServer Mount(string directory, FuseDirectory root, FuseMountOptions options)
    {
        if (options.MaxWorkers < 1)
        {
            throw new ArgumentException("handlers need at least one thread", nameof(options));
        }

        using FuseMountLock taken = FuseMountLock.Take();
        FuseMountPoint mount = FuseMountPoint.Claim(directory, options.Name);
        FuseDevice device = FuseDevice.Open();
        FuseWatchdog? watchdog = null;
        FuseCallQueue? calls = null;
        try
        {
            calls = new FuseCallQueue(device, options.MaxWorkers, options.Failed);
            watchdog = options.Watchdog ? FuseWatchdog.Start(mount, options.RemovesDirectory) : null;
            mount.Attach(device, FuseAttributes.ModeOf(root), options);
        }
        catch
        {
            watchdog?.Dispose();
            calls?.Dispose();
            device.Dispose();
            throw;
        }

        return new FuseServer(mount, device, watchdog, calls, root, options);
    }

    /// <summary>Serves on a thread of its own.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _begun, 1) != 0)
        {
            throw new InvalidOperationException("a file system is served once");
        }

        new Thread(Serve) { IsBackground = true, Name = "fuse" }.Start();
    }

    /// <summary>Waits until the file system is unmounted and all is cleaned up.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    public void Wait()
    {
        _ended.Wait();
        if (_failure is { } failure)
        {
            throw new IOException($"{Directory}: serving ended: {failure.Message}", failure);
        }
    }

    /// <summary>
    /// Unmounts the file system; serving ends by that. Requests being served are interrupted (EINTR) and given a second to end; then the connection
    /// is cut, and what is still open there answers ENOTCONN.
    /// </summary>
    /// <remarks>From any thread and any number of times. It does not wait for the end; <see cref="Wait"/> does.</remarks>
    /// <exception cref="FuseMountException">Another file system was mounted over this one.</exception>
    public void Unmount()
    {
        lock (_unmountGate)
        {
            long start = Stopwatch.GetTimestamp();
            while (_calls.NrInFlight > 0 && Stopwatch.GetElapsedTime(start) < s_drainLimit)
            {
                _calls.InterruptAll();
                Thread.Sleep(s_poll);
            }

            // Always by force: other mount namespaces (of services, of containers) may hold copies of the mount, which would keep an uncut connection alive.
            _mount.Cut();
        }
    }

    /// <summary>Unmounts and waits for the end.</summary>
    public void Dispose()
    {
        if (!_ended.IsSet)
        {
            Unmount();
            if (Interlocked.Exchange(ref _begun, 1) == 0)
            {
                CleanUp();
            }

            _ended.Wait();
        }
    }

    void Serve()
    {
        byte* buffer = (byte*)NativeMemory.AlignedAlloc(BufferSize, FuseSession.PageSize);
        try
        {
            while (_device.Read(buffer, BufferSize) is var length and > 0)
            {
                _session.Handle(new ReadOnlySpan<byte>(buffer, length));
            }
        }
#pragma warning disable CA1031 // Told by Wait; the thread must not end the process before the mount is gone.
        catch (Exception e)
        {
            _failure = e;
        }
#pragma warning restore CA1031
        finally
        {
            NativeMemory.AlignedFree(buffer);
        }

        CleanUp();
    }

    /// <summary>Only when the kernel has said that the mount is gone, or the device has failed: closing it under a mount would leave that dead.</summary>
    void CleanUp()
    {
        try
        {
            if (_failure is not null)
            {
                _mount.Cut();
            }

            _ = _calls.Close(s_handlerLimit);
        }
        catch (FuseMountException)
        {
            // The failure that led here is what is told.
        }
        finally
        {
            _calls.Dispose();
            _device.Dispose();
            _watchdog?.Dispose();
            _ended.Set();
        }
    }
}
