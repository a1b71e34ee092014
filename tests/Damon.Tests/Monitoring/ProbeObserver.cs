using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

/// <summary>Notes every call, keeps the snapshots, and answers as told.</summary>
sealed class ProbeObserver : IKdamondObserver
{
    public List<string> Calls { get; } = [];

    public List<Snapshot> Snapshots { get; } = [];

    public List<SamplingWindow> Windows { get; } = [];

    /// <summary>The run ends with this snapshot.</summary>
    public int MaxSnapshots { get; set; } = int.MaxValue;

    /// <summary>The hook that answers false.</summary>
    public string? EndAt { get; set; }

    public Action<string>? On { get; set; }

    public bool BeforeStart(MonitoringContext context) => Note(nameof(BeforeStart));

    public bool AfterSampling(MonitoringContext context) => Note(nameof(AfterSampling));

    public bool AfterCheck(MonitoringContext context, in SamplingWindow window)
    {
        Windows.Add(window);
        return Note(nameof(AfterCheck));
    }

    public bool AfterAggregation(MonitoringContext context) => Note(nameof(AfterAggregation));

    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
    {
        Snapshots.Add(snapshot.Clone());
        return Note(nameof(OnSnapshot)) && Snapshots.Count < MaxSnapshots;
    }

    public void BeforeTerminate(MonitoringContext context) => Note(nameof(BeforeTerminate));

    bool Note(string call)
    {
        Calls.Add(call);
        On?.Invoke(call);
        return EndAt != call;
    }
}
