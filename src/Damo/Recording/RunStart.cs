using Damo.CommandLine;
using Damo.Outputs;
using Damo.Schemes;
using Damon.Linux.Backends;
using Damon.Linux.Engine;
using Damon.Linux.Machine;
using Damon.Linux.Memory;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damo.Recording;

/// <summary>What was chosen to monitor, and how its run is opened.</summary>
sealed class RunStart
{
    const string Doctor = "('damo doctor' shows what works)";

    readonly RecordArguments _arguments;
    readonly SchemeRun? _schemes;
    readonly EngineBackend _engine;
    MonitoringRequest _request;
    string _why;

    RunStart(RecordArguments arguments, SchemeRun? schemes, EngineBackend engine, MonitoringRequest request, IDamonBackend backend, string why)
    {
        _arguments = arguments;
        _schemes = schemes;
        _engine = engine;
        _request = request;
        Backend = backend;
        _why = why;
    }

    /// <summary>What monitors.</summary>
    public IDamonBackend Backend { get; private set; }

    /// <summary>Whether every snapshot comes here; the kernel's DAMON keeps them where only schemes are wanted of it.</summary>
    public bool TellsAll => _request.WantsSnapshots || Backend == _engine;

    /// <summary>Chooses what monitors.</summary>
    /// <param name="arguments">What was asked for.</param>
    /// <param name="schemes">What acts on the memory of the targets; null for recording only.</param>
    /// <param name="kernel">The interfaces of the kernel's own DAMON, the best first.</param>
    /// <param name="engine">What only the engine can do.</param>
    /// <param name="say">What to say about physical memory.</param>
    /// <exception cref="UserErrorException">What was named cannot do it.</exception>
    public static RunStart Choose(RecordArguments arguments, SchemeRun? schemes, IReadOnlyList<IDamonBackend> kernel, EngineOptions engine, Action<string> say)
    {
        EngineBackend last = new(engine);
        MonitoringRequest request = Request(arguments, schemes, say);
        if (arguments.Backend == EngineBackend.BackendName)
        {
            return new RunStart(arguments, schemes, last, request, last, "");
        }

        if (arguments.OnlyEngine is { } only)
        {
            return arguments.Backend == BackendChoice.Auto
                ? new RunStart(arguments, schemes, last, request, last, only)
                : throw new UserErrorException($"{arguments.BackendAsSet} cannot do that: {only}");
        }

        try
        {
            BackendChoice choice = BackendChoice.Choose(arguments.Backend, [.. kernel, last], request);
            return new RunStart(arguments, schemes, last, request, choice.Backend, choice.Why);
        }
        catch (BackendException e)
        {
            throw new UserErrorException(e.Message);
        }
    }

    /// <summary>Opens the run: of what was chosen, or of the engine, where that was left to this program and the kernel's DAMON refuses.</summary>
    /// <param name="pid">The process of the command; null where there is none.</param>
    /// <exception cref="UserErrorException">It cannot be done.</exception>
    public IMonitoringRun Open(int? pid)
    {
        if (pid is not null)
        {
            _request = _request with { Context = _request.Context with { Targets = Targets(_arguments, [pid.Value]) } };
        }

        if (Backend != _engine)
        {
            try
            {
                return Backend.Open(_request with { Context = _request.Context with { Schemes = _schemes?.HandedOver ?? [] } });
            }
            catch (BackendException e)
            {
                (Backend, _why) = _arguments.Backend == BackendChoice.Auto
                    ? (_engine, $"{Backend.Name}: {e.Message}")
                    : throw new UserErrorException(BackendChoice.Unusable(Backend, e.Message).Message);
            }
        }

        try
        {
            return _engine.Open(_request);
        }
        catch (BackendException e)
        {
            throw new UserErrorException(_arguments.Target.IsPhysical ? $"physical memory cannot be monitored: {e.Message} {Doctor}"
                : e.InnerException is { InnerException: AccessCheckUnavailableException } ? $"{e.Message} {Doctor}"
                : e.Message);
        }
    }

    /// <summary>What monitors, and why, in one line.</summary>
    public string Description(IMonitoringRun run) => Backend != _engine ? $"{run.Description} ({Backend.Name}: {_why})"
        : _why.Length == 0 ? run.Description
        : $"engine in user space ({_why}), access check {run.AccessCheck.Name}: {string.Join(", ", run.AccessCheck.Notes ?? [])}";

    static MonitoringRequest Request(RecordArguments arguments, SchemeRun? schemes, Action<string> say)
    {
        IReadOnlyList<ContextTarget> targets = Targets(arguments, arguments.Target.Pids);
        if (arguments.Target.IsPhysical)
        {
            MemoryMap memory = MemoryMap.Read();
            IReadOnlyList<AddressRange> ranges = memory.Fault is { } fault
                ? throw new UserErrorException($"physical memory cannot be monitored: {fault} {Doctor}")
                : arguments.Physical.Ranges(arguments.Regions, memory, say);
            targets = [new ContextTarget { Regions = ranges }];
        }

        return new MonitoringRequest
        {
            Context = new ContextSpecification
            {
                Operations = arguments.AddressSpace,
                Targets = targets,
                Attributes = arguments.Attributes,
                Schemes = schemes?.Schemes ?? [],
            },
            WantsSnapshots = schemes is null || !Output.IsDirect(arguments.Output),
        };
    }

    static IReadOnlyList<ContextTarget> Targets(RecordArguments arguments, IReadOnlyList<int> pids) => pids.Contains(Environment.ProcessId)
        ? throw new UserErrorException($"{Environment.ProcessId} is this very process: it cannot record itself")
        : [.. pids.Select(pid => new ContextTarget { Pid = pid, Regions = arguments.Regions })];
}
