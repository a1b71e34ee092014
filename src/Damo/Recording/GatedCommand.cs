using System.Globalization;
using Damo.CommandLine;
using Damo.CommandLine.Signals;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damo.Recording;

/// <summary>
/// A command line that a shell runs once monitoring is ready: its process waits at a gate, so that it is monitored from its first
/// instruction.
/// </summary>
/// <remarks>
/// The process is a small shell that reads a line from a pipe, and then executes the shell that runs the command line: the pid stays
/// the same. If this program dies before, the pipe ends and so does the process.
/// </remarks>
sealed unsafe class GatedCommand : IDisposable
{
    // One digit is all that the smallest shells can redirect; the gate closes it before it executes the command.
    const int GateFd = 9;

    // As shells have them.
    const int CannotRun = 126;
    const int NotFound = 127;
    const int SignalBase = 128;

    const string Gate = "read -r go <&9 || exit 125; exec 9<&-; exec \"$@\"";

    static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    readonly SpawnedProcess _process;
    ulong _childrenTicks;
    int _gate;
    bool _opened;

    GatedCommand(SpawnedProcess process, int gate)
    {
        _process = process;
        _gate = gate;
    }

    /// <summary>The process.</summary>
    public int Pid => _process.Pid;

    /// <summary>Orphans of the command, which end with it; null where init gets them.</summary>
    public AdoptedChildren? Adopted { get; init; }

    /// <summary>Starts the process; the command itself waits for <see cref="OpenGate"/>.</summary>
    /// <param name="commandLine">For the shell.</param>
    /// <param name="adopted">What gets the orphans of the command; null where init does.</param>
    /// <param name="outputToError">Whether what it prints goes to standard error, because the record goes to standard output.</param>
    /// <exception cref="UserErrorException">No process could be started.</exception>
    public static GatedCommand Start(string commandLine, AdoptedChildren? adopted = null, bool outputToError = false)
    {
        string shell = File.Exists("/bin/bash") ? "/bin/bash" : "/bin/sh";
        int* pipe = stackalloc int[2];
        if (LibC.pipe2(pipe, LibC.O_CLOEXEC) != 0)
        {
            throw new UserErrorException($"the command cannot be started: {ErrnoExtensions.Last().ToText()}");
        }

        SpawnOptions options = new() { Descriptors = outputToError ? [(pipe[0], GateFd), (2, 1)] : [(pipe[0], GateFd)] };
        SpawnedProcess? process = SpawnedProcess.Start(
            "/bin/sh",
            ["sh", "-c", InheritedSignals.ShellLine + Gate, "damo-gate", shell, "-c", commandLine],
            options,
            out Errno errno);
        _ = LibC.close(pipe[0]);
        if (process is null)
        {
            _ = LibC.close(pipe[1]);
            throw new UserErrorException($"the command cannot be started: {errno.ToText()}");
        }

        adopted?.Except(process.Pid);
        return new GatedCommand(process, pipe[1]) { Adopted = adopted };
    }

    /// <summary>Lets the command run.</summary>
    public void OpenGate()
    {
        if (_gate >= 0)
        {
            _opened = true;
            byte newline = (byte)'\n';
            _ = LibC.write(_gate, &newline, 1);
            CloseGate();
        }
    }

    /// <summary>Sends a signal to the process, if it still lives.</summary>
    public void Signal(int signal) => _process.Signal(signal);

    /// <summary>Sends a signal to the process and all its descendants, and waits for the end of the process.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="limit">How long.</param>
    /// <param name="proc">Where the descendants are found.</param>
    /// <returns>As <see cref="Wait"/>.</returns>
    public int? EndWithDescendants(int signal, TimeSpan limit, ProcFileSystem proc)
    {
        // Not only its shell, which would leave what it runs behind. Found first: orphans have another parent.
        List<int> pids = [];
        proc.AddChildren(Pid, pids);
        Adopted?.AddTo(pids);
        for (int i = 0; i < pids.Count; i++)
        {
            proc.AddChildren(pids[i], pids);
        }

        _childrenTicks = proc.TryReadStat(Pid, out ProcessStat own) ? own.ChildrenCpuTicks : 0;
        foreach (int pid in pids)
        {
            _childrenTicks += proc.TryReadStat(pid, out ProcessStat stat) ? stat.CpuTicks + stat.ChildrenCpuTicks : 0;
        }

        Signal(signal);
        foreach (int pid in pids)
        {
            _ = LibC.kill(pid, signal);
        }

        return Wait(limit);
    }

    /// <summary>
    /// The end of a run, which was monitoring the process: it ends with a run that was stopped; else its own end is waited for, unless a signal comes.
    /// </summary>
    /// <param name="end">Why the run ended.</param>
    /// <param name="signals">Those of the run; what came is passed on.</param>
    /// <param name="proc">Where the descendants are found.</param>
    /// <param name="terminal">Where to say that it goes on in spite of the signal.</param>
    /// <returns>As <see cref="Wait"/>.</returns>
    public int? EndWithRun(KdamondEnd end, RunSignals signals, ProcFileSystem proc, Terminal terminal)
    {
        while (end != KdamondEnd.Stopped && signals.Received == 0)
        {
            if (Wait(s_look) is { } ended)
            {
                return ended;
            }
        }

        // A signal that the command was started to ignore would be lost on it.
        int signal = signals.Received != 0 && !InheritedSignals.Ignored.Contains(signals.Received) ? signals.Received : LibC.SIGTERM;
        int? exitCode = EndWithDescendants(signal, s_patience, proc);
        if (exitCode is null)
        {
            terminal.Say($"the command goes on as process {Pid}: it did not end at the signal");
        }

        return exitCode;
    }

    /// <summary>Reports on a command that has ended: children that were not monitored, and its own failure, which is passed on.</summary>
    /// <param name="exitCode">As <see cref="EndWithRun"/> returned it.</param>
    /// <param name="end">Why the run ended.</param>
    /// <param name="signals">Those of the run.</param>
    /// <param name="includesChildren">Whether children were monitored.</param>
    /// <param name="terminal">Where to say it.</param>
    /// <returns>What the run ends with, when nothing of its own failed.</returns>
    public int TellEnd(int? exitCode, KdamondEnd end, RunSignals signals, bool includesChildren, Terminal terminal)
    {
        // Less says nothing about what the command is there for: shells start small programs all the time.
        const double LeastSeconds = 0.1;
        const double LeastShare = 0.1;
        double ticksPerSecond = LibC.sysconf(LibC._SC_CLK_TCK);
        double children = Math.Max(_childrenTicks, _process.EndStat.ChildrenCpuTicks) / ticksPerSecond;
        double all = children + (_process.EndStat.CpuTicks / ticksPerSecond);
        if (!includesChildren && children >= LeastSeconds && children >= LeastShare * all)
        {
            terminal.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"children of the command used {children:0.0} s of its {all:0.0} s of CPU time, and were not monitored: --include-children does that"));
        }

        // One that was ended with the run did not fail by itself.
        if (signals.Received != 0 || end == KdamondEnd.Stopped || exitCode is null or 0 or CannotRun or NotFound)
        {
            return signals.ExitCode;
        }

        terminal.Say(exitCode > SignalBase && exitCode <= SignalBase + LibC.LastSignal
            ? $"the command was ended by signal {exitCode - SignalBase} (exit code {exitCode})"
            : $"the command failed with exit code {exitCode}");
        return exitCode.Value;
    }

    /// <summary>Waits for the end of the process.</summary>
    /// <param name="limit">How long; null for as long as it takes.</param>
    /// <returns>The exit code, 128 + the signal that ended it, or null when it still runs.</returns>
    public int? Wait(TimeSpan? limit) => _process.Wait(limit);

    /// <summary>Ends a process that still waits at the gate; one that runs is left alone.</summary>
    public void Dispose()
    {
        CloseGate();
        if (!_opened && Wait(s_grace) is null)
        {
            Signal(LibC.SIGKILL);
            Wait(null);
        }
    }

    void CloseGate()
    {
        if (_gate >= 0)
        {
            _ = LibC.close(_gate);
            _gate = -1;
        }
    }
}
