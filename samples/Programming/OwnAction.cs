using Damon.Linux;
using Damon.Monitoring;
using Damon.Schemes;

namespace Programming;

static class OwnAction
{
    internal static void Run()
    {
        using Workload workload = new();
        #region own-action
        Collector collector = new();
        Scheme idle = new()
        {
            Action = SchemeAction.Cold,
            Pattern = new() { MinSize = 1 << 20, MaxNrAccesses = PatternBound.OfCount(0), MinAge = PatternBound.OfMicroseconds(1_000_000) },
        };
        using ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions { Schemes = [idle], Actions = collector });
        Thread.Sleep(TimeSpan.FromSeconds(4));
        monitor.Stop();
        Console.WriteLine($"{collector.Idle.Count} idle ranges");
        #endregion
        Console.WriteLine($"workload: {collector.Idle.Any(range => range.Contains(workload.ColdStart + (8 << 20)))}");
    }

    #region collector
    /// <summary>What is idle is not given to the kernel, but to the program, which knows what lies there.</summary>
    sealed class Collector : ISchemeActions
    {
        public List<AddressRange> Idle { get; } = [];

        public SchemeOutcome Apply(MonitoringContext context, Target target, in Region region, Scheme scheme, bool isAllowed)
        {
            Idle.Add(region.Range);
            return new SchemeOutcome(Applied: region.Size, FilterPassed: region.Size);
        }

        public SchemePriority PriorityOf(SchemeAction action) => SchemePriority.Cold;
    }

    #endregion
}
