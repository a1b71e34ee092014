using System.Globalization;
using Damon.Linux.Backends;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.KernelDamon.Runs;

/// <summary>What the targets of a kernel's run map, which the kernel's DAMON does not tell: looked up in /proc at each update interval.</summary>
/// <param name="request">The targets, and how often.</param>
/// <param name="proc">Where.</param>
sealed class TargetMappings(MonitoringRequest request, ProcFileSystem proc)
{
    readonly List<(Target Target, MappingTable Mappings)> _targets = [.. request.TargetIds.Select(static id => (new Target((long)id), new MappingTable()))];
    long _nextNs;

    /// <summary>Tells the targets.</summary>
    public void Begin(IMappingObserver observer)
    {
        foreach ((Target target, _) in _targets)
        {
            observer.OnTargetAdded(target);
        }
    }

    /// <summary>Tells the mappings, when it is time to.</summary>
    /// <param name="observer">Who hears of them.</param>
    /// <param name="nowNs">The time of the snapshot that is about to be given out.</param>
    public void Look(IMappingObserver observer, long nowNs)
    {
        if (nowNs < _nextNs)
        {
            return;
        }

        _nextNs = nowNs + ((long)Math.Min(request.Context.Attributes.UpdateUs, int.MaxValue) * 1000);
        foreach ((Target target, MappingTable mappings) in _targets)
        {
            if (target.Id > 0
                && proc.TryReadMappings(string.Create(CultureInfo.InvariantCulture, $"{proc.Root}/{target.Id}"), mappings, out _)
                && !mappings.Ranges.IsEmpty)
            {
                observer.OnMappings(target, mappings);
            }
        }
    }
}
