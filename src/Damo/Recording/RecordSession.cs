using System.Diagnostics;
using System.Globalization;
using Damo.CommandLine;
using Damo.CommandLine.Signals;
using Damo.Outputs;
using Damo.Schemes;
using Damon.Linux;
using Damon.Linux.AccessChecks;
using Damon.Linux.Memory;
using Damon.Linux.Operations;
using Damon.Linux.Outputs;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damo.Recording;

/// <summary>One run of <c>damo record</c>: starts or opens the targets, monitors them, writes the record, and says what it cost.</summary>
sealed class RecordSession(RecordArguments arguments, Terminal terminal) : IKdamondObserver
{
    static readonly TimeSpan s_progressPeriod = TimeSpan.FromMilliseconds(500);

    /// <summary>Behind the name of the record, for the binary record that one of another format is made of.</summary>
    const string JournalSuffix = ".journal";

    readonly ProcFileSystem _proc = new();
    GatedCommand? _command;
    Kdamond? _kdamond;
    ILinuxOperations? _operations;
    IAccessCheck? _checker;
    RunSignals? _signals;
    OutputPair? _output;
    bool _wasThere;
    long _cpuStartTicks;
    bool _hasSeen;
    RecordFile? _record;

    /// <summary>More observers of the run; they come before the recorder.</summary>
    public IReadOnlyList<IKdamondObserver> Observers { get; init; } = [];

    /// <summary>What acts on the memory of the targets; null for recording only.</summary>
    public SchemeRun? Schemes { get; init; }

    /// <summary>Why this engine monitors, when nobody asked for it.</summary>
    public string? Why { get; init; }

    /// <summary>What the run does and costs; null before it begins.</summary>
    public KdamondStatistics? Statistics => _kdamond?.Statistics;

    /// <summary>Name of the access check in use; null before it is chosen.</summary>
    public string? AccessCheck => _checker?.Kind.Name();

    /// <summary>Records until the targets are gone, a signal comes, or the time is over.</summary>
    /// <returns>What the process ends with.</returns>
    /// <exception cref="UserErrorException">The run could not be started, or its output could not be written.</exception>
    public int Run()
    {
        _wasThere = File.Exists(arguments.Output);
        using OutputPair output = BeginOutput();
        _output = output;
        using LinuxClock clock = new();
        using ILinuxOperations operations = arguments.Target.IsPhysical ? OpenPhysicalMemory() : OpenProcesses();
        _operations = operations;
        MonitoringContext context = new(operations, arguments.Seed) { Attributes = arguments.Attributes };
        Schemes?.Attach(context, operations, clock, terminal);
        AdoptedChildren? adopted = arguments.IncludeChildren && arguments.Target.Command is not null ? AdoptedChildren.Begin(_proc) : null;
        if (operations is VirtualOperations { } processes)
        {
            processes.Adopted = adopted;
        }

        using GatedCommand? command = arguments.Target.Command is { } text ? GatedCommand.Start(text, adopted, output.IsStandardOutput) : null;
        _command = command;
        AddTargets(context);

        Kdamond kdamond = new(context, clock);
        _kdamond = kdamond;
        if (arguments.OverheadPercent is { } percent)
        {
            kdamond.Governor = new OverheadGovernor(arguments.Attributes, percent);
        }

        Recorder recorder = CreateRecorder();
        using Recorder closing = recorder;
        _record = recorder.File;
        operations.Observer = recorder.Targets;
        context.Observers.Add(this);
        context.Observers.AddRange(Observers);
        context.Observers.Add(recorder);
        if (!output.IsDirect)
        {
            Schemes?.Observe(new TriedRecorder(recorder.File));
        }

        // Before the user is told how to stop it.
        using RunSignals signals = new(kdamond.Stop);
        _signals = signals;
        TextWriter run = Lines;
        bool forPeople = !output.IsStandardOutput && RecordWelcome.IsFor(terminal, Schemes);
        run.WriteLine(forPeople ? RecordWelcome.Line(arguments, _proc) : arguments.AttributesLine);
        foreach (string line in Schemes?.Lines ?? [])
        {
            run.WriteLine(line);
        }

        terminal.Say($"engine in user space{(Why is null ? "" : $" ({Why})")}, access check {_checker!.Kind.Name()}: {_checker.Description}");
        run.WriteLine(forPeople ? RecordWelcome.StopLine : "Press Ctrl+C to stop");
        run.Flush();
        int code = Monitor(kdamond, recorder);
        recorder.Dispose();
        code = NeedsJournal && recorder.Snapshots > 0 ? EndJournal(code) : code;
        if (forPeople && recorder.Snapshots > 0)
        {
            RecordWelcome.WriteNext(arguments.Output, terminal.Out);
        }

        return recorder.SidecarFault is { } fault ? throw new UserErrorException(fault) : code;
    }

    /// <summary>Where lines about the run go that the first tool printed: not among the bytes of a record.</summary>
    TextWriter Lines => Schemes is { IsJson: true } || _output is { IsStandardOutput: true } ? terminal.Error : terminal.Banner;

    /// <summary>JSON holds what is known at the end at its beginning, so during the run there is a binary record: nothing is lost if it is killed.</summary>
    bool NeedsJournal => arguments.Format is RecordFormat.Json or RecordFormat.JsonCompressed;

    /// <summary>The file that is written during the run.</summary>
    string WrittenFile => NeedsJournal ? arguments.Output + JournalSuffix : arguments.Output;

    /// <inheritdoc/>
    public bool BeforeStart(MonitoringContext context)
    {
        _cpuStartTicks = ProcessCpuTicks();
        _command?.OpenGate();
        return true;
    }

    /// <inheritdoc/>
    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
    {
        _hasSeen |= snapshot.NrRegions > 0;
        return true;
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

    OutputPair BeginOutput()
    {
        if (NeedsJournal && Output.IsDirect(arguments.Output))
        {
            throw new UserErrorException($"'{arguments.Output}' is no regular file: JSON is written at the end, out of a binary record beside it; record to a file and use 'damo convert'");
        }

        return Output.BeginRecord(WrittenFile, arguments.OutputPermission);
    }

    VirtualOperations OpenProcesses()
    {
        IAccessChecker checker = ChooseChecker();
        _checker = checker;
        return new VirtualOperations(checker, _proc)
        {
            FollowsChildren = arguments.IncludeChildren,
            KeepsGivenRegions = true,
            AllowPtrace = Schemes?.AllowPtrace ?? false,
        };
    }

    PhysicalOperations OpenPhysicalMemory()
    {
        try
        {
            PhysicalOperations operations = PhysicalOperations.Create(arguments.AccessCheck);
            _checker = operations.Checker;
            try
            {
                operations.DefaultRegions = arguments.Physical.Ranges(arguments.Regions, operations.Memory, terminal.Say);
            }
            catch (UserErrorException)
            {
                operations.Dispose();
                throw;
            }

            return operations;
        }
        catch (TargetOpenException e)
        {
            throw new UserErrorException($"physical memory cannot be monitored: {e.Message} ('damo doctor' shows what works)");
        }
    }

    IAccessChecker ChooseChecker()
    {
        try
        {
            return AccessCheckers.Choose(arguments.AccessCheck);
        }
        catch (AccessCheckUnavailableException e)
        {
            string what = arguments.AccessCheck is { } kind ? $"the access check {kind.Name()} does not work here: {e.Reason}" : e.Reason;
            throw new UserErrorException($"{what}; {e.Remedy} ('damo doctor' shows what works)");
        }
    }

    int Monitor(Kdamond kdamond, Recorder recorder)
    {
        KdamondEnd end = KdamondEnd.Stopped;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                end = kdamond.Run();
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        {
            Name = "kdamond",
            IsBackground = true,
        };
        long start = Stopwatch.GetTimestamp();
        thread.Start();
        bool timedOut = Wait(thread, kdamond, recorder, start);
        if (failure is not null)
        {
            _ = _command?.EndWithRun(KdamondEnd.Stopped, _signals!, _proc, terminal);
            throw new UserErrorException($"monitoring failed: {failure.Message}");
        }

        recorder.WriteEnd(Summary(recorder.Snapshots) with { EndReason = EndReason(end, recorder, timedOut) });
        _signals!.Tell(Lines);
        int? exitCode = _command?.EndWithRun(end, _signals, _proc, terminal);
        SayResult(kdamond, recorder);
        Schemes?.Report(terminal, kdamond.Statistics.ElapsedNs / 1e9, _operations!.ActionNotes);
        if (recorder.Fault is { } fault)
        {
            throw new UserErrorException(fault);
        }

        if (recorder.Snapshots == 0 && _signals.Received == 0 && Schemes is { IsResting: true })
        {
            terminal.Say("all schemes rested, by their watermarks: nothing was monitored");
        }
        else if (!_hasSeen && _operations is VirtualOperations { HiddenProcesses.Count: > 0 })
        {
            throw new UserErrorException("nothing was seen: no process of the target may be looked at; run as root");
        }
        else if (recorder.Snapshots == 0 && _signals.Received == 0)
        {
            if (_command?.TellEnd(exitCode, end, _signals, arguments.IncludeChildren, terminal) is > 0 and int failed)
            {
                return failed;
            }

            string nothing = Schemes is null ? $"no snapshot was recorded, and {Output.Untouched(arguments.Output, _output!.IsDirect, _wasThere)}" : "nothing was done";
            throw new UserErrorException($"{nothing}: {(timedOut ? "the time was over" : "the target ended")} before the first aggregation interval ({TimeText.OfMicroseconds(kdamond.Context.Attributes.AggregationUs)}) did{CommandEnd(exitCode)}");
        }

        if (exitCode is 126 or 127)
        {
            throw new UserErrorException($"the command '{arguments.Target.Command}' could not be run: its shell ended with exit code {exitCode}");
        }

        return _command?.TellEnd(exitCode, end, _signals, arguments.IncludeChildren, terminal) ?? _signals.ExitCode;
    }

    bool Wait(Thread thread, Kdamond kdamond, Recorder recorder, long start)
    {
        RecordProgress progress = new(terminal);
        bool timedOut = false;
        while (true)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            TimeSpan step = s_progressPeriod;
            if (arguments.Timeout is { } limit)
            {
                if (elapsed >= limit && !timedOut)
                {
                    timedOut = true;
                    kdamond.Stop();
                }
                else if (!timedOut && limit - elapsed < step)
                {
                    step = limit - elapsed;
                }
            }

            if (thread.Join(step))
            {
                break;
            }

            if (Schemes is not null)
            {
                Schemes.Draw(terminal, Stopwatch.GetElapsedTime(start));
            }
            else
            {
                progress.Draw(Stopwatch.GetElapsedTime(start), recorder, CpuPercent());
            }
        }

        progress.Clear();
        Schemes?.Clear(terminal);
        return timedOut;
    }

    void AddTargets(MonitoringContext context)
    {
        if (_operations is not VirtualOperations operations)
        {
            context.AddTarget(PhysicalOperations.CreateTarget());
            return;
        }

        IReadOnlyList<int> pids = _command is null ? arguments.Target.Pids : [_command.Pid];
        foreach (int pid in pids)
        {
            if (pid == Environment.ProcessId)
            {
                throw new UserErrorException($"{pid} is this very process: it cannot record itself");
            }

            try
            {
                Target target = operations.OpenTarget(pid);
                if (arguments.Regions.Count > 0)
                {
                    ThreeRegions.SetInitialRegions(target.Regions, [.. arguments.Regions], arguments.Attributes.MinNrRegions, context.MinRegionSize);
                }

                context.AddTarget(target);
            }
            catch (TargetOpenException e)
            {
                throw new UserErrorException(e.Message);
            }
        }
    }

    Recorder CreateRecorder()
    {
        RecordAccessCheck check = new() { Name = _checker!.Kind.Name(), Granularity = _checker.IsPerPage ? "page" : "mapping", Notes = [_checker.Description] };
        RecordHeader header = RecordingHeader.Of(arguments, "engine", check, _proc);
        try
        {
            return new Recorder(_output!, NeedsJournal ? RecordFormat.Binary : arguments.Format, header, new ProcFileSystem(), () => Summary(_kdamond!.Statistics.NrAggregations));
        }
        catch (IOException e)
        {
            throw Output.Failure(WrittenFile, e);
        }
    }

    RecordSummary Summary(long snapshots)
    {
        RecordSummary engine = RecordSummary.Of(_kdamond!);
        return engine with
        {
            Snapshots = snapshots,
            Overhead = engine.Overhead! with { OwnCpuPercent = Math.Round(CpuPercent(), 3) },
            Notes = [.. Notes()],
        };
    }

    IEnumerable<string> Notes()
    {
        foreach (string note in _checker!.Notes())
        {
            yield return note;
        }

        if (_operations is VirtualOperations { HiddenProcesses: { Count: > 0 } hidden })
        {
            yield return $"Left out, since they run a program with other privileges (setuid) or one that forbids it, and this user may not look at them: {string.Join(", ", hidden)}.";
        }

        if (_operations is VirtualOperations { NrChildrenNotFollowed: > 0 } operations)
        {
            yield return $"Not all descendants were followed: at most {operations.MaxTargets} processes are monitored at a time.";
        }

        if (_record?.LinesLeftOut > 0)
        {
            yield return $"Not all mappings were written down: {_record.LinesLeftOut} times those of a process were more than a line of the sidecar holds.";
        }
    }

    static string EndReason(KdamondEnd end, Recorder recorder, bool timedOut) => end switch
    {
        KdamondEnd.TargetsGone => "targets gone",
        _ when recorder.Fault is not null => "output failed",
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

    void SayResult(Kdamond kdamond, Recorder recorder)
    {
        KdamondStatistics s = kdamond.Statistics;
        double seconds = s.ElapsedNs / 1e9;
        MonitoringAttributes asked = arguments.Attributes;
        terminal.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{recorder.Snapshots} snapshots in {seconds:0.0} s; own CPU {CpuPercent():0.0} %, {s.NrChecks / Math.Max(seconds, 1e-9):0} checks/s; "
            + $"effective intervals {TimeText.OfMicroseconds(s.AchievedSampleUs)} and {TimeText.OfMicroseconds(s.AchievedAggregationUs)} "
            + $"(asked {TimeText.OfMicroseconds(asked.SampleUs)} and {TimeText.OfMicroseconds(asked.AggregationUs)}), {s.NrMissedTicks} missed ticks"));
        if (arguments.IntervalsGiven && arguments.OverheadPercent is { } limit && (kdamond.Governor?.LargestStretch ?? 1) > 1)
        {
            terminal.Say(string.Create(CultureInfo.InvariantCulture, $"the given intervals cost more than {limit} % of a CPU: they were stretched up to {kdamond.Governor!.LargestStretch:0.0} times"));
        }

        foreach (string note in Notes())
        {
            terminal.Say(note);
        }
    }

    double CpuPercent()
    {
        KdamondStatistics? statistics = _kdamond?.Statistics;
        if (statistics is null || _cpuStartTicks == 0)
        {
            return 0;
        }

        double elapsed = Stopwatch.GetTimestamp() - statistics.StartNs;
        return elapsed <= 0 ? 0 : 100.0 * 100 * (ProcessCpuTicks() - _cpuStartTicks) / elapsed;
    }

    static long ProcessCpuTicks() => Math.Max(Environment.CpuUsage.TotalTime.Ticks, 1);
}
