using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.Operations;

/// <summary>Operations of an address space of this machine, of whatever kind.</summary>
public interface ILinuxOperations : ISchemeOperations, IDisposable
{
    /// <summary>Is told of mappings and of targets that come and go.</summary>
    IMappingObserver? Observer { get; set; }

    /// <summary>Opens a target, to be added to a context that uses these operations.</summary>
    /// <param name="pid">The process; null for physical memory.</param>
    /// <exception cref="TargetOpenException">It cannot be monitored; the message says why and what to do.</exception>
    Target OpenTarget(int? pid);

    /// <summary>Why actions of schemes did less than they were asked for, each reason once. May be read from any thread.</summary>
    IReadOnlyList<string> ActionNotes { get; }

    /// <summary>Why an action is impossible here, whatever the memory, in one sentence; null when it is possible.</summary>
    string? Refusal(SchemeAction action);

    /// <summary>Why nothing of a scheme is possible here: its action, its filters or its destinations; null when it is possible.</summary>
    string? Refusal(Scheme scheme);
}
