using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

/// <summary>Passes everything on and notes it.</summary>
sealed class ProbeOperations(IOperations inner) : IOperations
{
    public int NrInits { get; private set; }

    public int NrPrepares { get; private set; }

    public int NrChecks { get; private set; }

    public int NrCleanups { get; private set; }

    /// <summary>The number of samples checked before each update.</summary>
    public List<int> UpdatesAfter { get; } = [];

    public List<Target> CleanedTargets { get; } = [];

    public bool ChecksTargets { get; set; } = inner.ChecksTargets;

    /// <summary>Called before the operation of that name.</summary>
    public Action<string>? On { get; set; }

    /// <summary>Called after <see cref="Init"/>.</summary>
    public Action<MonitoringContext>? OnInit { get; set; }

    /// <summary>Called after <see cref="CheckAccesses"/>.</summary>
    public Action<MonitoringContext>? OnChecked { get; set; }

    public void Init(MonitoringContext context)
    {
        NrInits++;
        On?.Invoke(nameof(Init));
        inner.Init(context);
        OnInit?.Invoke(context);
    }

    public void Update(MonitoringContext context)
    {
        UpdatesAfter.Add(NrChecks);
        inner.Update(context);
    }

    public void PrepareAccessChecks(MonitoringContext context)
    {
        NrPrepares++;
        On?.Invoke(nameof(PrepareAccessChecks));
        inner.PrepareAccessChecks(context);
    }

    public void CheckAccesses(MonitoringContext context)
    {
        NrChecks++;
        On?.Invoke(nameof(CheckAccesses));
        inner.CheckAccesses(context);
        OnChecked?.Invoke(context);
    }

    public bool IsTargetValid(Target target) => inner.IsTargetValid(target);

    public void CleanupTarget(Target target)
    {
        CleanedTargets.Add(target);
        inner.CleanupTarget(target);
    }

    public void Cleanup(MonitoringContext context)
    {
        NrCleanups++;
        inner.Cleanup(context);
    }
}
