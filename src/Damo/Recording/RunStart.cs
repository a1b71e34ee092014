using Damo.CommandLine;
using Damo.Outputs;
using Damo.Schemes;
using Damon.Linux.Backends;
using Damon.Linux.Engine;
using Damon.Linux.Machine;
using Damon.Linux.Memory;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damo.Recording;

/// <summary>Chooses what monitors, and opens the run.</summary>
/// <param name="arguments">What was asked for.</param>
/// <param name="kernel">The interfaces of the kernel's own DAMON, the best first.</param>
/// <param name="terminal">Where to say things.</param>
sealed class RunStart(RecordArguments arguments, IReadOnlyList<IDamonBackend> kernel, Terminal terminal)
{
    const string Doctor = "('damo doctor' shows what works)";

    EngineBackend? _engine;
    MonitoringRequest? _request;
    string _why = "";

    /// <summary>What acts on the memory of the targets; null for recording only.</summary>
    public SchemeRun? Schemes { get; init; }

    /// <summary>Observers of a run of the engine.</summary>
    public IReadOnlyList<IKdamondObserver> Observers { get; init; } = [];

    /// <summary>What gets the orphans of the command; null where init does.</summary>
    public AdoptedChildren? Adopted { get; init; }

    /// <summary>What monitors; after <see cref="Choose"/>.</summary>
    public IDamonBackend Backend { get; private set; } = null!;

    /// <summary>Whether every snapshot comes here; the kernel's DAMON keeps them where only schemes are wanted of it.</summary>
    public bool TellsAll => _request!.WantsSnapshots || Backend == _engine;

    /// <summary>Chooses what monitors.</summary>
    /// <exception cref="UserErrorException">What was named cannot do it.</exception>
    public void Choose()
    {
        _engine = new EngineBackend(new EngineOptions
        {
            AccessCheck = arguments.AccessCheck,
            FollowsChildren = arguments.IncludeChildren,
            AllowPtrace = Schemes?.AllowPtrace ?? false,
            OverheadPercent = arguments.OverheadPercent,
            Seed = arguments.Seed,
            IsRehearsal = Schemes?.IsRehearsal ?? false,
            Observers = Observers,
            Adopted = Adopted,
        });
        _request = Request();
        bool isAuto = arguments.Backend == BackendChoice.Auto;
        if (arguments.Backend == EngineBackend.BackendName)
        {
            Backend = _engine;
        }
        else if (arguments.OnlyEngine is { } only)
        {
            (Backend, _why) = isAuto ? (_engine, only) : throw new UserErrorException($"{arguments.BackendAsSet} cannot do that: {only}");
        }
        else
        {
            try
            {
                (Backend, _why) = BackendChoice.Choose(arguments.Backend, [.. kernel, _engine], _request);
            }
            catch (BackendException e)
            {
                throw new UserErrorException(e.Message);
            }
        }
    }

    /// <summary>Opens the run: of what was chosen, or of the engine, where that was left to this program and the kernel's DAMON refuses.</summary>
    /// <param name="pid">The process of the command; null where there is none.</param>
    /// <exception cref="UserErrorException">It cannot be done.</exception>
    public IMonitoringRun Open(int? pid)
    {
        if (pid is not null)
        {
            _request = _request! with { Context = _request.Context with { Targets = Targets([pid.Value]) } };
        }

        if (Backend != _engine)
        {
            try
            {
                return Backend.Open(_request! with { Context = _request.Context with { Schemes = Schemes?.HandedOver ?? [] } });
            }
            catch (BackendException e)
            {
                (Backend, _why) = arguments.Backend == BackendChoice.Auto
                    ? (_engine!, $"{Backend.Name}: {e.Message}")
                    : throw new UserErrorException(BackendChoice.Unusable(Backend, e.Message).Message);
            }
        }

        try
        {
            return _engine!.Open(_request!);
        }
        catch (BackendException e)
        {
            throw new UserErrorException(arguments.Target.IsPhysical ? $"physical memory cannot be monitored: {e.Message} {Doctor}"
                : e.InnerException is { InnerException: AccessCheckUnavailableException } ? $"{e.Message} {Doctor}"
                : e.Message);
        }
    }

    /// <summary>What monitors, and why, in one line.</summary>
    public string Description(IMonitoringRun run) => Backend != _engine ? $"{run.Description} ({Backend.Name}: {_why})"
        : _why.Length == 0 ? run.Description
        : $"engine in user space ({_why}), access check {run.AccessCheck.Name}: {string.Join(", ", run.AccessCheck.Notes ?? [])}";

    MonitoringRequest Request()
    {
        string operations = arguments.Regions.Count > 0 ? AddressSpaceNames.FixedVirtual : AddressSpaceNames.Virtual;
        IReadOnlyList<ContextTarget> targets = Targets(arguments.Target.Pids);
        if (arguments.Target.IsPhysical)
        {
            MemoryMap memory = MemoryMap.Read();
            IReadOnlyList<AddressRange> ranges = memory.Fault is { } fault
                ? throw new UserErrorException($"physical memory cannot be monitored: {fault} {Doctor}")
                : arguments.Physical.Ranges(arguments.Regions, memory, terminal.Say);
            (operations, targets) = (AddressSpaceNames.Physical, [new ContextTarget { Regions = ranges }]);
        }

        return new MonitoringRequest
        {
            Context = new ContextSpecification { Operations = operations, Targets = targets, Attributes = arguments.Attributes, Schemes = Schemes?.Schemes ?? [] },
            WantsSnapshots = Schemes is null || !Output.IsDirect(arguments.Output),
        };
    }

    IReadOnlyList<ContextTarget> Targets(IReadOnlyList<int> pids) => pids.Contains(Environment.ProcessId)
        ? throw new UserErrorException($"{Environment.ProcessId} is this very process: it cannot record itself")
        : [.. pids.Select(pid => new ContextTarget { Pid = pid, Regions = arguments.Regions })];
}
