using System.ComponentModel;
using System.Diagnostics;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux;

/// <summary>CLOCK_MONOTONIC with sleeps to an absolute deadline that another thread can end.</summary>
/// <remarks>
/// The sleep is a ppoll on an eventfd: as exact as clock_nanosleep once the timer slack of the thread is 1 ns (50 us is the default),
/// and it can be woken.
/// </remarks>
public sealed unsafe class LinuxClock : IKdamondClock, IDisposable
{
    [ThreadStatic]
    static bool s_slackIsSet;

    readonly int _event;

    /// <summary>Makes the clock.</summary>
    /// <exception cref="Win32Exception">No more file descriptors.</exception>
    public LinuxClock()
    {
        _event = LibC.eventfd(0, LibC.EFD_CLOEXEC | LibC.EFD_NONBLOCK);
        if (_event < 0)
        {
            throw new Win32Exception();
        }
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
    public void SleepUntil(long deadlineNs)
    {
        if (!s_slackIsSet)
        {
            _ = LibC.prctl(LibC.PR_SET_TIMERSLACK, 1, 0, 0, 0);
            s_slackIsSet = true;
        }

        while (true)
        {
            long left = deadlineNs - NowNs;
            if (left <= 0)
            {
                return;
            }

            LibC.timespec timeout = new() { tv_sec = left / 1_000_000_000, tv_nsec = left % 1_000_000_000 };
            LibC.pollfd poll = new() { fd = _event, events = LibC.POLLIN };
            if (LibC.ppoll(&poll, 1, &timeout, null) > 0)
            {
                ulong count;
                _ = LibC.read(_event, &count, sizeof(ulong));
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void Wake()
    {
        ulong one = 1;
        _ = LibC.write(_event, &one, sizeof(ulong));
    }

    /// <summary>Closes the eventfd. No thread may sleep by this clock any more.</summary>
    public void Dispose() => _ = LibC.close(_event);
}
