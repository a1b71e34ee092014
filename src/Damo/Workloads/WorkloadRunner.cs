using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Damo.CommandLine;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damo.Workloads;

/// <summary>The child's side of a workload: runs until it is killed or its parent is gone.</summary>
/// <param name="options">Valid ones.</param>
sealed unsafe class WorkloadRunner(WorkloadOptions options)
{
    const int OperationsPerStep = 2_000;

    // How often a region that is not swept now is asked again, and how often a busy workload looks for its parent.
    const long IdleStepNs = 10_000_000;

    /// <summary>Ends only with the parent.</summary>
    /// <returns>The exit code of the process.</returns>
    /// <exception cref="IOException">The memory or the log cannot be created.</exception>
    public int Run()
    {
        // The rest of a foreground process group dies of Ctrl+C too; the monitor decides about this one.
        using PosixSignalRegistration ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        if (options.Parent != 0 && LibC.prctl(LibC.PR_SET_PDEATHSIG, LibC.SIGKILL, 0, 0, 0) != 0)
        {
            throw new IOException($"Cannot bind the workload to its parent: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
        }

        if (ParentIsGone())
        {
            return 1;
        }

        // Sleeps that end when asked, not 50 us later.
        _ = LibC.prctl(LibC.PR_SET_TIMERSLACK, 1, 0, 0, 0);
        using SharedMemory shared = SharedMemory.Open(options.Log!);
        if (options.Pattern == WorkloadPattern.Hold)
        {
            return Hold(shared);
        }

        using WorkloadMemory memory = new(options);
        ISweepPattern? pattern = options.Pattern switch
        {
            WorkloadPattern.Heats => new HeatsPattern(),
            WorkloadPattern.Idle => new IdlePattern(),
            WorkloadPattern.Stripes => new StripesPattern(options.NrRegions),
            _ => null,
        };
        LoggedRegion[] regions = new LoggedRegion[options.NrRegions];
        for (int i = 0; i < regions.Length; i++)
        {
            ulong start = (ulong)memory.Start + (ulong)(i * options.RegionBytes);
            regions[i] = new LoggedRegion(new AddressRange(start, start + (ulong)options.RegionBytes), pattern?.NominalPeriodNs(i) ?? LoggedRegion.Varies);
        }

        AccessLogWriter log = new(shared, regions);
        log.SetReady();
        if (pattern is null)
        {
            Count(memory, log);
        }
        else
        {
            SweepRegions(pattern, regions, log);
        }

        return 0;
    }

    bool ParentIsGone() => options.Parent != 0 && LibC.getppid() != options.Parent;

    static int Hold(SharedMemory shared)
    {
        _ = PageToucher.Read(shared.Address, shared.Address + shared.Length);
        StandardStream.OutputLines().WriteLine("holding");
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    void SweepRegions(ISweepPattern pattern, LoggedRegion[] regions, AccessLogWriter log)
    {
        long[] due = new long[regions.Length];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < due.Length; i++)
        {
            // Spread over the period, so that regions of the same heat do not all come at once.
            due[i] = start + (Math.Max(pattern.PeriodNs(i, 0), 0) * (i + 1) / due.Length);
        }

        long lookForParent = start;
        while (true)
        {
            long next = long.MaxValue;
            for (int i = 0; i < due.Length; i++)
            {
                long now = Stopwatch.GetTimestamp();
                if (now >= due[i])
                {
                    long period = pattern.PeriodNs(i, now - start);
                    if (period > 0)
                    {
                        log.Begin(i, Stopwatch.GetTimestamp());
                        _ = PageToucher.Read((byte*)regions[i].Range.Start, (byte*)regions[i].Range.End);
                        log.End(i, Stopwatch.GetTimestamp());
                        due[i] += period;
                    }

                    // After a standstill the grid restarts: no burst of sweeps to catch up.
                    if (due[i] < now)
                    {
                        due[i] = now + (period > 0 ? period : IdleStepNs);
                    }
                }

                next = Math.Min(next, due[i]);
            }

            long time = Stopwatch.GetTimestamp();
            if (time >= lookForParent)
            {
                lookForParent = time + IdleStepNs;
                if (ParentIsGone())
                {
                    return;
                }
            }

            if (!options.Spin)
            {
                LibC.timespec until = new() { tv_sec = next / 1_000_000_000, tv_nsec = next % 1_000_000_000 };
                _ = LibC.clock_nanosleep(LibC.CLOCK_MONOTONIC, LibC.TIMER_ABSTIME, &until, null);
            }
            else if (X86Base.IsSupported)
            {
                X86Base.Pause();
            }
        }
    }

    void Count(WorkloadMemory memory, AccessLogWriter log)
    {
        nuint active = (nuint)(options.ActiveBytes == 0 ? memory.Length : options.ActiveBytes);
        ulong random = 0x9e3779b97f4a7c15;
        nuint position = 0;
        long operations = 0;
        long lookForParent = 0;
        LibC.timespec cpu;
        while (true)
        {
            if (options.Pattern == WorkloadPattern.Random)
            {
                PageToucher.IncrementRandom(memory.Start, active - 1, OperationsPerStep, ref random);
            }
            else
            {
                PageToucher.IncrementSequential(memory.Start, active, OperationsPerStep, ref position);
            }

            operations += OperationsPerStep;
            _ = LibC.clock_gettime(LibC.CLOCK_THREAD_CPUTIME_ID, &cpu);
            long cpuNs = (cpu.tv_sec * 1_000_000_000) + cpu.tv_nsec;
            log.SetWork(operations, cpuNs);
            if (cpuNs >= lookForParent)
            {
                lookForParent = cpuNs + IdleStepNs;
                if (ParentIsGone())
                {
                    return;
                }
            }
        }
    }
}
