using System.Diagnostics;
using System.Globalization;
using Damo.CommandLine;
using Damo.CommandLine.Signals;
using Damo.Outputs;
using Damo.Schemes;
using Damon.Linux.Backends;
using Damon.Linux.Engine;
using Damon.Linux.Outputs;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Recording;

/// <summary>
/// One run of <c>damo record</c> or <c>damo schemes</c>: chooses what monitors, starts the command, writes the record, and says what it cost.
/// </summary>
/// <param name="arguments">What was asked for.</param>
/// <param name="kernel">The interfaces of the kernel's own DAMON, the best first; the engine comes last.</param>
/// <param name="terminal">Where to say things.</param>
sealed class RecordSession(RecordArguments arguments, IReadOnlyList<IDamonBackend> kernel, Terminal terminal) : ISnapshotObserver
{
    static readonly TimeSpan s_progressPeriod = TimeSpan.FromMilliseconds(500);

    /// <summary>Behind the name of the record, for the binary record that one of another format is made of.</summary>
    const string JournalSuffix = ".journal";

    readonly ProcFileSystem _proc = new();
    IMonitoringRun? _run;
    OutputPair? _output;
    Recorder? _recorder;
    bool _wasThere;
    bool _hasSeen;
    TimeSpan _cpuAtStart;
    long _start;

    /// <summary>Observers of the run, if the engine is what monitors; they come before the recorder.</summary>
    public IReadOnlyList<IKdamondObserver> Observers { get; init; } = [];

    /// <summary>What acts on the memory of the targets; null for recording only.</summary>
    public SchemeRun? Schemes { get; init; }

    /// <summary>What the run of the engine does and costs; null before it begins, and for the kernel's DAMON.</summary>
    public KdamondStatistics? Statistics => (_run as EngineRun)?.Kdamond.Statistics;

    /// <summary>Name of the access check in use; null before it is chosen.</summary>
    public string? AccessCheck => _run?.AccessCheck.Name;

    /// <summary>Where lines about the run go that the first tool printed: not among the bytes of a record.</summary>
    TextWriter Lines => Schemes is { IsJson: true } || _output is { IsStandardOutput: true } ? terminal.Error : terminal.Banner;

    /// <summary>JSON holds what is known at the end at its beginning, so during the run there is a binary record: nothing is lost if it is killed.</summary>
    bool NeedsJournal => arguments.Format is RecordFormat.Json or RecordFormat.JsonCompressed;

    /// <summary>The file that is written during the run.</summary>
    string WrittenFile => NeedsJournal ? arguments.Output + JournalSuffix : arguments.Output;

    /// <summary>Runs until the targets are gone, a signal comes, or the time is over.</summary>
    /// <returns>What the process ends with.</returns>
    /// <exception cref="UserErrorException">The run could not be started, or its output could not be written.</exception>
    public int Run()
    {
        foreach (string remark in arguments.Remarks)
        {
            terminal.Say(remark);
        }

        using RunNotes.Note? note = new RunNotes(arguments.NotesFolder, _proc).Take();
        if (arguments.Target.Command is { } words && RunningPrograms.Notice(words, _proc) is { } notice)
        {
            terminal.Say(notice);
        }

        AdoptedChildren? adopted = arguments.IncludeChildren && arguments.Target.Command is not null ? AdoptedChildren.Begin(_proc) : null;
        RunStart start = RunStart.Choose(arguments, Schemes, kernel, EngineOptions(adopted), terminal.Say);
        _wasThere = File.Exists(arguments.Output);
        using OutputPair output = BeginOutput();
        _output = output;
        using GatedCommand? command = arguments.Target.Command is { } text ? GatedCommand.Start(text, adopted, output.IsStandardOutput) : null;
        using IMonitoringRun run = start.Open(command?.Pid);
        _run = run;
        Schemes?.Attach(run, terminal);
        using Recorder recorder = CreateRecorder(start.Backend.Name);
        _recorder = recorder;
        run.Mappings = recorder.Targets;
        if (!output.IsDirect && run is EngineRun { Schemes: { } engine })
        {
            engine.Observers.Add(new TriedRecorder(recorder.File));
        }

        // Before the user is told how to stop it.
        using RunSignals signals = new(run.RequestStop);
        bool forPeople = !output.IsStandardOutput && RecordWelcome.IsFor(terminal, Schemes);
        Lines.WriteLine(forPeople ? RecordWelcome.Line(arguments, _proc) : arguments.AttributesLine);
        foreach (string line in Schemes?.Lines ?? [])
        {
            Lines.WriteLine(line);
        }

        terminal.Say(start.Description(run));
        Lines.WriteLine(forPeople ? RecordWelcome.StopLine : "Press Ctrl+C to stop");
        Lines.Flush();
        int code = Monitor(run, command, signals, start.TellsAll);
        recorder.Dispose();
        code = NeedsJournal && recorder.Snapshots > 0 ? EndJournal(code) : code;
        if (forPeople && recorder.Snapshots > 0)
        {
            RecordWelcome.WriteNext(arguments.Output, terminal.Out);
        }

        return recorder.SidecarFault is { } fault ? throw new UserErrorException(fault) : code;
    }

    /// <inheritdoc/>
    public bool OnSnapshot(Snapshot snapshot)
    {
        _hasSeen |= snapshot.NrRegions > 0;
        return _recorder!.Write(snapshot);
    }

    EngineOptions EngineOptions(AdoptedChildren? adopted) => new()
    {
        AccessCheck = arguments.AccessCheck,
        FollowsChildren = arguments.IncludeChildren,
        AllowPtrace = Schemes?.AllowPtrace ?? false,
        OverheadPercent = arguments.OverheadPercent,
        Seed = arguments.Seed,
        IsRehearsal = Schemes?.IsRehearsal ?? false,
        Observers = Observers,
        Adopted = adopted,
    };

    OutputPair BeginOutput()
    {
        if (NeedsJournal && Output.IsDirect(arguments.Output))
        {
            throw new UserErrorException(
                $"'{arguments.Output}' is no regular file: JSON is written at the end, out of a binary record beside it; record to a file and use 'damo "
                    + "convert'");
        }

        return Output.BeginRecord(WrittenFile, arguments.OutputPermission);
    }

    int EndJournal(int code)
    {
        RecordConversion conversion = new()
        {
            Input = WrittenFile,
            Journal = _output,
            Output = arguments.Output,
            Format = arguments.Format,
            Permission = arguments.OutputPermission,
        };
        try
        {
            int converted = conversion.Run(terminal);
            _output!.Remove();
            return code != 0 ? code : converted;
        }
        catch (UserErrorException e)
        {
            throw new UserErrorException($"{e.Message}; the recording is kept in '{WrittenFile}', for 'damo convert'");
        }
    }

    Recorder CreateRecorder(string backend)
    {
        RecordHeader header = RecordingHeader.Of(arguments, backend, _run!.AccessCheck, _proc);
        try
        {
            return new Recorder(_output!, NeedsJournal ? RecordFormat.Binary : arguments.Format, header, _proc, () => Summary());
        }
        catch (IOException e)
        {
            throw Output.Failure(WrittenFile, e);
        }
    }

    int Monitor(IMonitoringRun run, GatedCommand? command, RunSignals signals, bool tellsAll)
    {
        Recorder recorder = _recorder!;
        try
        {
            run.Start();
        }
        catch (BackendException e)
        {
            throw new UserErrorException(e.Message);
        }

        _start = Stopwatch.GetTimestamp();
        _cpuAtStart = Environment.CpuUsage.TotalTime;
        command?.OpenGate();
        (KdamondEnd end, Exception? failure, bool timedOut) = Watch(run);
        if (failure is not null)
        {
            _ = command?.EndWithRun(KdamondEnd.Stopped, signals, _proc, terminal);
            string kept = recorder.Snapshots > 0 ? $"; the {recorder.Snapshots} snapshots before are kept" : "";
            throw new UserErrorException($"monitoring failed: {failure.Message}{kept}");
        }

        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        recorder.WriteEnd(Summary() with { Snapshots = recorder.Snapshots, EndReason = EndReason(end, timedOut) });
        signals.Tell(Lines);
        int? exitCode = command?.EndWithRun(end, signals, _proc, terminal);

        // What could not be given back is known only after that.
        run.Dispose();
        SayResult(run, seconds, tellsAll);
        if (recorder.Fault is { } fault)
        {
            throw new UserErrorException(fault);
        }

        int code = command?.TellEnd(exitCode, end, signals, arguments.IncludeChildren, terminal) ?? signals.ExitCode;
        if (tellsAll && signals.Received == 0)
        {
            ThrowIfNothing(run, code, timedOut, exitCode);
        }

        return exitCode is 126 or 127
            ? throw new UserErrorException($"the command '{arguments.Target.Command}' could not be run: its shell ended with exit code {exitCode}")
            : code;
    }

    /// <summary>A run without snapshots is a failure; a command that failed has already given the reason.</summary>
    void ThrowIfNothing(IMonitoringRun run, int code, bool timedOut, int? exitCode)
    {
        bool isNone = _recorder!.Snapshots == 0;
        if (isNone && Schemes is { IsResting: true } && run is EngineRun)
        {
            terminal.Say("all schemes rested, by their watermarks: nothing was monitored");
            return;
        }

        if (!_hasSeen && run is EngineRun { HidesProcesses: true })
        {
            throw new UserErrorException("nothing was seen: no process of the target may be looked at; run as root");
        }

        if (!isNone || code != 0)
        {
            return;
        }

        string nothing = Schemes is null
            ? $"no snapshot was recorded, and {Output.Untouched(arguments.Output, _output!.IsDirect, _wasThere)}"
            : "nothing was done";
        string interval = TimeText.OfMicroseconds(arguments.Attributes.AggregationUs);
        throw new UserErrorException(
            $"{nothing}: {(timedOut ? "the time was over" : "the target ended")} before the first aggregation interval ({interval}) "
                + $"did{CommandEnd(timedOut ? null : exitCode)}");
    }

    (KdamondEnd End, Exception? Failure, bool TimedOut) Watch(IMonitoringRun run)
    {
        KdamondEnd end = KdamondEnd.Stopped;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                end = run.Watch(this);
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        {
            Name = "watch",
            IsBackground = true,
        };
        thread.Start();
        RecordProgress progress = new(terminal);
        bool timedOut = false;
        while (!thread.Join(Step(Stopwatch.GetElapsedTime(_start), timedOut ? null : arguments.Timeout)))
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
            if (!timedOut && arguments.Timeout is { } limit && elapsed >= limit)
            {
                timedOut = true;
                run.RequestStop();
            }
            else if (Schemes is not null)
            {
                Schemes.Draw(terminal, elapsed, run);
            }
            else
            {
                progress.Draw(elapsed, _recorder!, CpuPercent());
            }
        }

        progress.Clear();
        Schemes?.Clear(terminal);
        return (end, failure, timedOut);
    }

    /// <summary>How long until the next look: not beyond the end of the time.</summary>
    /// <param name="elapsed">Since the start.</param>
    /// <param name="limit">The time that is left to the run; null where nothing limits it any more.</param>
    internal static TimeSpan Step(TimeSpan elapsed, TimeSpan? limit) =>
        limit - elapsed is not { } left || left >= s_progressPeriod ? s_progressPeriod : left > TimeSpan.Zero ? left : TimeSpan.Zero;

    RecordSummary Summary()
    {
        RecordSummary run = _run!.Summary;
        return run with
        {
            Snapshots = Math.Max(run.Snapshots ?? 0, _recorder?.Snapshots ?? 0),
            Overhead = (run.Overhead ?? new RecordOverhead()) with { OwnCpuPercent = Math.Round(CpuPercent(), 3) },
            Notes = [.. run.Notes ?? [], .. RecordNotes()],
        };
    }

    IEnumerable<string> RecordNotes()
    {
        if (_recorder?.File.LinesLeftOut > 0)
        {
            yield return $"Not all mappings were written down: {_recorder!.File.LinesLeftOut} times those of a process were more than a line of the sidecar "
                + "holds.";
        }
    }

    string EndReason(KdamondEnd end, bool timedOut) => end switch
    {
        KdamondEnd.TargetsGone => "targets gone",
        _ when _recorder!.Fault is not null => "output failed",
        _ when timedOut => "timeout",
        KdamondEnd.Stopped => "stopped",
        _ => "ended",
    };

    static string CommandEnd(int? exitCode) => exitCode switch
    {
        null or 0 => "",
        126 or 127 => $"; the command could not be run (exit code {exitCode})",
        _ => $" (exit code {exitCode})",
    };

    void SayResult(IMonitoringRun run, double seconds, bool tellsAll)
    {
        string snapshots = tellsAll ? $"{_recorder!.Snapshots} snapshots in " : "";
        string result = string.Create(CultureInfo.InvariantCulture, $"{snapshots}{seconds:0.0} s; own CPU {CpuPercent():0.0} %");
        RecordSummary summary = run.Summary;
        MonitoringAttributes asked = arguments.Attributes;
        terminal.Say(summary.EffectiveIntervals is not { } effective
            ? $"{result}, besides that of the kernel's thread"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{result}, {summary.Overhead?.ChecksPerSecond:0} checks/s; effective intervals {TimeText.OfMicroseconds(effective.SampleUs ?? 0)} and "
                    + $"{TimeText.OfMicroseconds(effective.AggrUs ?? 0)} "
                + $"(asked {TimeText.OfMicroseconds(asked.SampleUs)} and {TimeText.OfMicroseconds(asked.AggregationUs)}), {summary.Overhead?.MissedTicks} "
                    + $"missed ticks"));
        if (arguments.IntervalsGiven && arguments.OverheadPercent is { } limit && summary.Overhead is { LargestStretchFactor: > 1 and var stretch })
        {
            terminal.Say(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the given intervals cost more than {limit} % of a CPU: they were stretched up to {stretch:0.0} times"));
        }

        string[] notes = [.. run.Notes, .. RecordNotes()];
        if (Schemes is not null)
        {
            Schemes.Report(terminal, seconds, notes, run);
            return;
        }

        foreach (string note in notes)
        {
            terminal.Say(note);
        }
    }

    double CpuPercent()
    {
        double elapsed = _start == 0 ? 0 : Stopwatch.GetElapsedTime(_start).TotalSeconds;
        return elapsed <= 0 ? 0 : 100 * (Environment.CpuUsage.TotalTime - _cpuAtStart).TotalSeconds / elapsed;
    }
}
