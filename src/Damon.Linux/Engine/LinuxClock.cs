using System.ComponentModel;
using System.Diagnostics;
using Damon.Linux.Native;
using Damon.Monitoring;
using Microsoft.Win32.SafeHandles;

namespace Damon.Linux.Engine;

/// <summary>CLOCK_MONOTONIC with sleeps to an absolute deadline that another thread can end.</summary>
/// <remarks>
/// The sleep is a ppoll on an eventfd: as exact as clock_nanosleep once the timer slack of the thread is 1 ns (50 us is the default),
/// and it can be woken.
/// </remarks>
public sealed unsafe class LinuxClock : IKdamondClock, IDisposable
{
    [ThreadStatic]
    static bool s_slackIsSet;

    readonly SafeFileHandle _event;

    /// <summary>Makes the clock.</summary>
    /// <exception cref="Win32Exception">No more file descriptors.</exception>
    public LinuxClock()
    {
        int descriptor = LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK);
        if (descriptor < 0)
        {
            throw new Win32Exception();
        }

        _event = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <inheritdoc/>
    public long NowNs => Stopwatch.GetTimestamp(); // CLOCK_MONOTONIC in nanoseconds on Linux, without leaving user space.

    /// <inheritdoc/>
    public long ThreadCpuNs
    {
        get
        {
            LibC.timespec time = default;
            _ = LibC.clock_gettime(LibC.CLOCK_THREAD_CPUTIME_ID, &time);
            return (time.tv_sec * 1_000_000_000) + time.tv_nsec;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The clock is disposed.</exception>
    public void SleepUntil(long deadlineNs)
    {
        if (!s_slackIsSet)
        {
            _ = LibC.prctl(LibC.PR_SET_TIMERSLACK, 1, 0, 0, 0);
            s_slackIsSet = true;
        }

        bool isHeld = false;
        try
        {
            _event.DangerousAddRef(ref isHeld);
            SleepUntil(deadlineNs, (int)_event.DangerousGetHandle());
        }
        finally
        {
            if (isHeld)
            {
                _event.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>After <see cref="Dispose"/> there is nothing to wake, and the call has no effect: requests may still reach a kdamond that has ended.</remarks>
    public void Wake()
    {
        bool isHeld = false;
        try
        {
            _event.DangerousAddRef(ref isHeld);
            ulong one = 1;
            _ = LibC.write((int)_event.DangerousGetHandle(), &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The number may be some other file's by now.
        }
        finally
        {
            if (isHeld)
            {
                _event.DangerousRelease();
            }
        }
    }

    /// <summary>Closes the eventfd once no thread uses it any more.</summary>
    public void Dispose() => _event.Dispose();

    void SleepUntil(long deadlineNs, int descriptor)
    {
        while (true)
        {
            long left = deadlineNs - NowNs;
            if (left <= 0)
            {
                return;
            }

            LibC.timespec timeout = new() { tv_sec = left / 1_000_000_000, tv_nsec = left % 1_000_000_000 };
            LibC.pollfd poll = new() { fd = descriptor, events = LibC.POLLIN };
            if (LibC.ppoll(&poll, 1, &timeout, null) > 0)
            {
                ulong count;
                _ = LibC.read(descriptor, &count, sizeof(ulong));
                return;
            }
        }
    }
}
