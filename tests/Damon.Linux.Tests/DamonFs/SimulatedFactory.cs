using System.Collections.Concurrent;
using Damon.Linux.DamonFs;
using Damon.Linux.Engine;
using Damon.Linux.Native;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Tests.DamonFs;

/// <summary>Processes that do not exist, whose memory is accessed in its lower half.</summary>
sealed class SimulatedFactory : IDamonFsOperationsFactory
{
    internal static readonly AddressRange Memory = new(0x10_0000, 0x20_0000);

    readonly ConcurrentDictionary<int, uint> _users = [];
    int _nrOpen;
    int _nrEngines;

    public bool KnowsPhysical { get; set; } = true;

    /// <summary>Pids behind the descriptors of every caller.</summary>
    public Dictionary<int, int> Descriptors { get; } = [];

    /// <summary>What making an engine fails with.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Pids that live but cannot be monitored.</summary>
    public HashSet<int> Refused { get; } = [];

    /// <summary>Holds up the end of every run until it is set.</summary>
    public ManualResetEventSlim MayEnd { get; } = new(initialState: true);

    /// <summary>Holds up every start until it is set.</summary>
    public ManualResetEventSlim MayStart { get; } = new(initialState: true);

    /// <summary>Handles of processes that are open.</summary>
    public int NrOpen => Volatile.Read(ref _nrOpen);

    /// <summary>Engines that are not disposed.</summary>
    public int NrEngines => Volatile.Read(ref _nrEngines);

    public SimulatedFactory Live(params int[] pids)
    {
        foreach (int pid in pids)
        {
            _users[pid] = 0;
        }

        return this;
    }

    public void SetUser(int pid, uint user) => _users[pid] = user;

    public void Kill(int pid) => _users.Remove(pid, out _);

    public bool IsAlive(int pid) => _users.ContainsKey(pid);

    public uint? UserOf(int pid) => _users.TryGetValue(pid, out uint user) ? user : null;

    public void OnClosed() => Interlocked.Decrement(ref _nrOpen);

    public IDamonFsProcess? FindProcess(int pid)
    {
        if (!IsAlive(pid))
        {
            return null;
        }

        Interlocked.Increment(ref _nrOpen);
        return new SimulatedProcess(this, pid);
    }

    public int? PidOfDescriptor(int callerPid, int descriptor) => Descriptors.TryGetValue(descriptor, out int pid) ? pid : null;

    public EngineRun Create(AddressSpace kind, MonitoringAttributes attributes, ulong seed)
    {
        MayStart.Wait();
        return Failure is null
            ? new EngineRun(new SimulatedMemory(this, kind), null, new LinuxClock(), attributes, new EngineOptions { Seed = seed })
            : throw Failure;
    }

    sealed class SimulatedMemory : ILinuxOperations
    {
        readonly SimulatedFactory _factory;
        readonly AddressSpace _kind;

        public SimulatedMemory(SimulatedFactory factory, AddressSpace kind)
        {
            _factory = factory;
            _kind = kind;
            Interlocked.Increment(ref factory._nrEngines);
        }

        public bool ChecksTargets => _kind == AddressSpace.Virtual;

        public IMappingObserver? Observer { get; set; }

        public IReadOnlyList<string> ActionNotes => [];

        public string? Refusal(SchemeAction action) => null;

        public string? Refusal(Scheme scheme) => null;

        public Target OpenTarget(int? pid)
        {
            Assert.Equal(_kind == AddressSpace.Physical, pid is null);
            return pid is not { } process ? new Target(-1)
                : _factory.Refused.Contains(process) ? throw new TargetOpenException($"process {process} may not be looked at")
                : new Target(process);
        }

        public void Init(MonitoringContext context)
        {
            foreach (Target target in context.Targets)
            {
                if (target.Regions.Count == 0)
                {
                    ThreeRegions.SetInitialRegions(target.Regions, [Memory], context.Attributes.MinNrRegions, context.MinRegionSize);
                }
            }
        }

        public void PrepareAccessChecks(MonitoringContext context)
        {
            foreach (Target target in context.Targets)
            {
                foreach (ref Region region in target.Regions.AsSpan())
                {
                    region.SamplingAddress = context.Random.Next(region.Start, region.End);
                }
            }
        }

        public void CheckAccesses(MonitoringContext context)
        {
            foreach (Target target in context.Targets)
            {
                foreach (ref Region region in target.Regions.AsSpan())
                {
                    region.Accessed = region.SamplingAddress < Memory.Start + (Memory.Size / 2);
                }
            }
        }

        public bool IsTargetValid(Target target) => _factory.IsAlive((int)target.Id);

        public SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed) => new(region.Size, region.Size);

        public void Cleanup(MonitoringContext context) => _factory.MayEnd.Wait();

        public void Dispose() => Interlocked.Decrement(ref _factory._nrEngines);
    }

    internal static DamonFsException Refusal(Errno errno) => new(errno, "not today");
}
