namespace Damon.Linux.Backends;

/// <summary>Something that can monitor: the kernel's own DAMON by one of its interfaces, or the engine in user space.</summary>
public interface IDamonBackend
{
    /// <summary>How users name it: <c>engine</c>, <c>sysfs</c>, <c>debugfs</c>.</summary>
    string Name { get; }

    /// <summary>Whether this machine has it at all, used by others or not. Only looks.</summary>
    bool IsPresent { get; }

    /// <summary>Whether it can be used here and now, and no other program is using it. Only looks.</summary>
    /// <returns>Null when it can; otherwise the reason in one line without a full stop.</returns>
    string? WhyNot();

    /// <summary>Whether it can do what is asked, as far as that can be seen before it is tried. Only looks.</summary>
    /// <returns>Null when it can, or the reason in one line.</returns>
    string? WhyNot(MonitoringRequest request) => WhyNot();

    /// <summary>Takes the backend and sets everything up; nothing is monitored yet.</summary>
    /// <param name="request">What is wanted.</param>
    /// <returns>The run; disposing of it gives everything back in any case.</returns>
    /// <exception cref="BackendException">It cannot be done; everything is as it was before.</exception>
    IMonitoringRun Open(MonitoringRequest request);
}
