using System.Diagnostics;
using System.Globalization;
using Damo.CommandLine;
using Damo.CommandLine.Signals;
using Damo.Outputs;
using Damo.Schemes;
using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Machine;
using Damon.Linux.Operations;
using Damon.Linux.Outputs;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Schemes.Text;

namespace Damo.Recording;

/// <summary>One run of <c>damo record</c> or <c>damo schemes</c> for which somebody else than the engine monitors: the kernel's own DAMON.</summary>
/// <param name="arguments">What was asked for.</param>
/// <param name="backend">Who monitors.</param>
/// <param name="why">Why that one.</param>
/// <param name="terminal">Where to say things.</param>
sealed class BackendSession(RecordArguments arguments, IDamonBackend backend, string why, Terminal terminal) : ISnapshotObserver
{
    static readonly TimeSpan s_progressPeriod = TimeSpan.FromMilliseconds(500);

    readonly ProcFileSystem _proc = new();
    readonly Dictionary<long, (Target Target, MappingTable Mappings)> _targets = [];
    OutputPair? _output;
    bool _wasThere;
    Recorder? _recorder;
    IMonitoringRun? _run;
    RunSignals? _signals;
    long _startNs;
    long _lastNs;
    long _nextMappingsNs;

    /// <summary>What acts on the memory of the targets; null for recording only.</summary>
    public SchemeRun? Schemes { get; init; }

    /// <summary>Why the backend did not take what was asked for.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Where the seed's tool printed about the run.</summary>
    TextWriter Out => Schemes is { IsJson: true } || _output is { IsStandardOutput: true } ? terminal.Error : terminal.Banner;

    /// <summary>Runs until the targets are gone, a signal comes, or the time is over.</summary>
    /// <returns>What the process ends with; null when the backend refused to be set up like that, and nothing was done.</returns>
    /// <exception cref="UserErrorException">The run could not be started, or its output could not be written.</exception>
    public int? Run()
    {
        _wasThere = File.Exists(arguments.Output);
        using OutputPair output = Output.BeginRecord(arguments.Output, arguments.OutputPermission);
        _output = output;
        using GatedCommand? command = arguments.Target.Command is { } text ? GatedCommand.Start(text, outputToError: output.IsStandardOutput) : null;
        MonitoringRequest request = Request(arguments, Schemes, command?.Pid, terminal.Say);
        IMonitoringRun run;
        try
        {
            run = backend.Open(request);
        }
        catch (KernelDamonException e)
        {
            Refusal = e.Message;
            return null;
        }

        using (run)
        {
            try
            {
                return Monitor(run, request, command);
            }
            catch (KernelDamonException e)
            {
                throw new UserErrorException(e.Message);
            }
        }
    }

    /// <inheritdoc/>
    public bool OnSnapshot(Snapshot snapshot)
    {
        _lastNs = snapshot.TimeNs;
        if (snapshot.TimeNs >= _nextMappingsNs)
        {
            _nextMappingsNs = snapshot.TimeNs + ((long)Math.Min(arguments.Attributes.UpdateUs, int.MaxValue) * 1000);
            WriteMappings();
        }

        return _recorder!.Write(snapshot);
    }

    int Monitor(IMonitoringRun run, MonitoringRequest request, GatedCommand? command)
    {
        _run = run;
        using Recorder recorder = CreateRecorder(run.Description);
        _recorder = recorder;
        foreach (ContextTarget target in request.Context.Targets)
        {
            Target known = new(target.Pid ?? PhysicalOperations.TargetId);
            _targets.Add(known.Id, (known, new MappingTable()));
            recorder.Targets.OnTargetAdded(known);
        }

        using RunSignals signals = new(run.RequestStop);
        _signals = signals;
        bool forPeople = RecordWelcome.IsFor(terminal, Schemes);
        Out.WriteLine(forPeople ? RecordWelcome.Line(arguments, _proc) : arguments.AttributesLine);
        foreach (string line in Schemes?.Lines ?? [])
        {
            Out.WriteLine(line);
        }

        terminal.Say($"{run.Description} ({backend.Name}: {why})");
        Out.WriteLine(forPeople ? RecordWelcome.StopLine : "Press Ctrl+C to stop");
        Out.Flush();
        _startNs = Stopwatch.GetTimestamp();
        run.Start();
        command?.OpenGate();
        KdamondEnd end = Watch(run, recorder, out bool timedOut);
        double seconds = Stopwatch.GetElapsedTime(_startNs).TotalSeconds;
        recorder.WriteEnd(Summary() with { EndReason = end == KdamondEnd.TargetsGone ? "targets gone" : recorder.Fault is not null ? "output failed" : timedOut ? "timeout" : "stopped" });
        signals.Tell(Out);
        int? exitCode = command?.EndWithRun(end, signals, _proc, terminal);

        // What could not be given back is known only after that.
        run.Dispose();
        SayResult(run, recorder, seconds, request.WantsSnapshots);
        if (forPeople && recorder.Snapshots > 0)
        {
            RecordWelcome.WriteNext(arguments.Output, terminal.Out);
        }

        int code = command?.TellEnd(exitCode, end, signals, arguments.IncludeChildren, terminal) ?? signals.ExitCode;
        return recorder.SidecarFault is { } fault ? throw new UserErrorException(fault) : code;
    }

    /// <summary>What a backend is asked for.</summary>
    /// <param name="arguments">What the user asked for.</param>
    /// <param name="schemes">What acts on the memory of the targets; null for recording only.</param>
    /// <param name="pid">The process of a command; null before there is one.</param>
    /// <param name="say">What to say about physical memory.</param>
    /// <exception cref="UserErrorException">Physical memory cannot be monitored.</exception>
    public static MonitoringRequest Request(RecordArguments arguments, SchemeRun? schemes, int? pid, Action<string> say)
    {
        string operations;
        IReadOnlyList<ContextTarget> targets;
        if (arguments.Target.IsPhysical)
        {
            operations = "paddr";
            MemoryMap memory = MemoryMap.Read();
            IReadOnlyList<AddressRange> ranges = memory.Fault is { } fault
                ? throw new UserErrorException($"physical memory cannot be monitored: {fault}")
                : arguments.Physical.Ranges(arguments.Regions, memory, say);
            targets = [new ContextTarget { Regions = ranges }];
        }
        else
        {
            operations = arguments.Regions.Count > 0 ? "fvaddr" : "vaddr";
            IReadOnlyList<int> pids = arguments.Target.Command is null ? arguments.Target.Pids : pid is { } known ? [known] : [];
            targets = [.. pids.Select(pid => new ContextTarget { Pid = pid, Regions = arguments.Regions })];
        }

        return new MonitoringRequest
        {
            Context = new ContextSpecification { Operations = operations, Targets = targets, Attributes = arguments.Attributes, Schemes = schemes?.HandedOver ?? [] },
            WantsSnapshots = schemes is null || !Output.IsDirect(arguments.Output),
        };
    }

    KdamondEnd Watch(IMonitoringRun run, Recorder recorder, out bool timedOut)
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
        timedOut = false;
        while (!thread.Join(s_progressPeriod))
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_startNs);
            if (arguments.Timeout is { } limit && elapsed >= limit && !timedOut)
            {
                timedOut = true;
                run.RequestStop();
            }

            if (Schemes is not null)
            {
                Schemes.Draw(terminal, elapsed, run.ReadSchemeStatistics);
            }
            else
            {
                progress.Draw(elapsed, recorder, CpuPercent());
            }
        }

        progress.Clear();
        Schemes?.Clear(terminal);
        return failure switch
        {
            null => end,
            KernelDamonException => throw new UserErrorException($"monitoring failed: {failure.Message}; the {recorder.Snapshots} snapshots before are kept"),
            _ => throw new UserErrorException($"monitoring failed: {failure.GetType().Name}: {failure.Message}"),
        };
    }

    void WriteMappings()
    {
        foreach ((Target target, MappingTable mappings) in _targets.Values)
        {
            if (target.Id > 0 && _proc.TryReadMappings(string.Create(CultureInfo.InvariantCulture, $"{_proc.Root}/{target.Id}"), mappings, out _) && !mappings.Ranges.IsEmpty)
            {
                _recorder!.Targets.OnMappings(target, mappings);
            }
        }
    }

    Recorder CreateRecorder(string description)
    {
        RecordAccessCheck check = new() { Name = backend.Name, Granularity = "page", Notes = [description] };
        try
        {
            return new Recorder(_output!, arguments.Format, RecordingHeader.Of(arguments, backend.Name, check, _proc), _proc, Summary);
        }
        catch (IOException e)
        {
            throw Output.Failure(arguments.Output, e);
        }
    }

    RecordSummary Summary() => new()
    {
        TimeNs = _lastNs,
        Snapshots = _recorder?.Snapshots ?? 0,
        Overhead = new RecordOverhead { OwnCpuPercent = Math.Round(CpuPercent(), 3) },
        Notes = [.. _run?.Notes ?? []],
    };

    void SayResult(IMonitoringRun run, Recorder recorder, double seconds, bool wantedSnapshots)
    {
        string snapshots = wantedSnapshots ? $"{recorder.Snapshots} snapshots in " : "";
        terminal.Say(string.Create(CultureInfo.InvariantCulture, $"{snapshots}{seconds:0.0} s; own CPU {CpuPercent():0.0} %, besides that of the kernel's thread"));
        if (Schemes is null)
        {
            foreach (string note in run.Notes)
            {
                terminal.Say(note);
            }
        }
        else
        {
            Schemes.Report(terminal, seconds, run.Notes, run.ReadSchemeStatistics);
        }

        if (recorder.Fault is { } fault)
        {
            throw new UserErrorException(fault);
        }

        if (wantedSnapshots && recorder.Snapshots == 0 && _signals!.Received == 0)
        {
            throw new UserErrorException($"no snapshot was recorded, and {Output.Untouched(arguments.Output, _output!.IsDirect, _wasThere)}: monitoring ended before the first aggregation interval ({TimeText.OfMicroseconds(arguments.Attributes.AggregationUs)}) did");
        }
    }

    double CpuPercent()
    {
        double elapsed = _startNs == 0 ? 0 : Stopwatch.GetElapsedTime(_startNs).TotalSeconds;
        return elapsed <= 0 ? 0 : 100 * Environment.CpuUsage.TotalTime.TotalSeconds / elapsed;
    }
}
