using Damon.Linux.Backends;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records.Sidecar;

namespace Damo.Tests.Recording;

/// <summary>A backend that sees three snapshots of its first target, and whose schemes are tried once.</summary>
sealed class FakeBackend : IDamonBackend, IMonitoringRun
{
    readonly ManualResetEventSlim _stop = new();

    public string Name => "sysfs";

    /// <summary>Whether the run goes on after its snapshots.</summary>
    public bool RunsUntilStopped { get; init; }

    public bool IsPresent => true;

    public string? Reason { get; init; }

    public string? SetUpFault { get; init; }

    public MonitoringRequest? Request { get; private set; }

    public bool IsGivenBack { get; private set; }

    public string Description => "a kernel of paper";

    public IReadOnlyList<string> Notes => ["one event was lost"];

    public RecordAccessCheck AccessCheck => new() { Name = Name, Granularity = "page" };

    public IMappingObserver? Mappings { get; set; }

    public RecordSummary Summary => new();

    public string? WhyNot() => Reason;

    public IMonitoringRun Open(MonitoringRequest request)
    {
        Request = request;
        return SetUpFault is null ? this : throw new KernelDamonException(SetUpFault);
    }

    public void Start()
    {
    }

    public KdamondEnd Watch(ISnapshotObserver observer)
    {
        Snapshot snapshot = new();
        for (int i = 1; i <= 3 && Request!.WantsSnapshots; i++)
        {
            snapshot.Reset(i * 100_000_000L);
            snapshot.AddTarget(Request.Context.Targets[0].Pid ?? -1);
            snapshot.AddRegion(new SnapshotRegion(4096, 8192, 7, i));
            if (!observer.OnSnapshot(snapshot))
            {
                return KdamondEnd.ObserverEnded;
            }
        }

        if (RunsUntilStopped)
        {
            _stop.Wait();
            return KdamondEnd.Stopped;
        }

        return KdamondEnd.TargetsGone;
    }

    public void RequestStop() => _stop.Set();

    public IReadOnlyList<SnapshotSchemeStatistics> ReadSchemeStatistics() =>
        [.. Request!.Context.Schemes.Select(_ => new SnapshotSchemeStatistics(5, 20480, 3, 12288, 0, 1, 9, 0))];

    public void Change(MonitoringRequest request) => throw new NotSupportedException();

    public void Dispose()
    {
        IsGivenBack = true;
        _stop.Dispose();
    }
}
