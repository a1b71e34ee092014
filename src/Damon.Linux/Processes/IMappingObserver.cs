using Damon.Monitoring;

namespace Damon.Linux.Processes;

/// <summary>Is told what the targets map and which targets come and go. Called by the thread that owns the context.</summary>
public interface IMappingObserver
{
    /// <summary>A process is monitored from now on.</summary>
    void OnTargetAdded(Target target);

    /// <summary>The mappings of a target were read.</summary>
    /// <param name="target">The target.</param>
    /// <param name="mappings">Valid during the call only.</param>
    void OnMappings(Target target, MappingTable mappings);

    /// <summary>A process has ended.</summary>
    void OnTargetGone(Target target);
}
