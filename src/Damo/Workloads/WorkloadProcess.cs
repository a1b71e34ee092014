using System.Diagnostics;

namespace Damo.Workloads;

/// <summary>A workload running as a child process, and the log of what it really does.</summary>
sealed class WorkloadProcess : IDisposable
{
    // Holds 8000 sweeps of each of ten regions: 16 s at 2 ms.
    const int RingLength = 8192;

    static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(120);

    readonly Process _process;
    readonly SharedMemory _shared;

    WorkloadProcess(Process process, SharedMemory shared, AccessLog log)
    {
        _process = process;
        _shared = shared;
        Log = log;
    }

    /// <summary>The process to monitor.</summary>
    public int Pid => _process.Id;

    /// <summary>What it does.</summary>
    public AccessLog Log { get; }

    /// <summary>Starts a workload as a child of this process and waits until its accesses have begun.</summary>
    /// <param name="options">Log and parent are filled in here.</param>
    /// <param name="program">A program that knows the hidden command <c>workload</c>; null for this one.</param>
    /// <exception cref="IOException">It could not be started, or ended at once.</exception>
    /// <exception cref="InvalidDataException">It left a broken log.</exception>
    /// <remarks>Call it from a thread that lives on, see <see cref="SelfProcess"/>.</remarks>
    public static WorkloadProcess Start(WorkloadOptions options, string? program = null)
    {
        SharedMemory shared = SharedMemory.Create("damo-access-log", AccessLogLayout.Size(options.NrRegions, RingLength));
        Process? process = null;
        try
        {
            WorkloadOptions complete = options with { Log = shared.Path, Parent = Environment.ProcessId };
            if (complete.Check() is { } fault)
            {
                throw new ArgumentException(fault, nameof(options));
            }

            string[] arguments = ["workload", .. complete.ToArguments()];
            process = program is null ? SelfProcess.Start(arguments) : SelfProcess.Start(program, arguments);
            long start = Stopwatch.GetTimestamp();
            while (!AccessLog.IsReady(shared))
            {
                if (process.HasExited)
                {
                    throw new IOException($"The workload ended with exit code {process.ExitCode}: {process.StandardError.ReadToEnd().Trim()}");
                }

                if (Stopwatch.GetElapsedTime(start) > s_startLimit)
                {
                    throw new IOException($"The workload did not begin within {s_startLimit.TotalSeconds} s.");
                }

                Thread.Sleep(1);
            }

            return new WorkloadProcess(process, shared, new AccessLog(shared));
        }
        catch
        {
            if (process is not null)
            {
                new ProcessGuard(process).Dispose();
            }

            shared.Dispose();
            throw;
        }
    }

    /// <summary>Ends the process. The log is gone afterwards.</summary>
    public void Dispose()
    {
        new ProcessGuard(_process).Dispose();
        _shared.Dispose();
    }
}
