using System.Collections.Concurrent;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux;

/// <summary>Keeps what targets map for any thread that asks. A copy is made only when something has changed.</summary>
/// <param name="heap">The managed heap of this very process; null where it is not to be known.</param>
/// <param name="next">The next observer to be told; null for none.</param>
sealed class MappingNames(ManagedHeap? heap, IMappingObserver? next) : IMappingObserver
{
    readonly ConcurrentDictionary<long, Mapping[]> _mappings = [];

    public void OnTargetAdded(Target target) => next?.OnTargetAdded(target);

    public void OnMappings(Target target, MappingTable mappings)
    {
        if (!_mappings.TryGetValue(target.Id, out Mapping[]? known) || !mappings.Mappings.SequenceEqual(known))
        {
            _mappings[target.Id] = mappings.Mappings.ToArray();
        }

        next?.OnMappings(target, mappings);
    }

    public void OnTargetGone(Target target)
    {
        _mappings.TryRemove(target.Id, out _);
        next?.OnTargetGone(target);
    }

    internal IReadOnlyList<Mapping> MappingsOf(long pid) => _mappings.TryGetValue(pid, out Mapping[]? known) ? known : [];

    internal string? NameOf(long pid, ulong address)
    {
        if (pid == Environment.ProcessId && heap?.Find(address) is { } piece)
        {
            return piece.Name;
        }

        Mapping[] mappings = _mappings.TryGetValue(pid, out Mapping[]? known) ? known : [];
        int index = RangeSearch.IndexOf<Mapping>(mappings, address);
        return index >= 0 ? mappings[index].Name : null;
    }
}
