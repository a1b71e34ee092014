using System.ComponentModel;
using Damon.Linux.Backends;
using Damon.Linux.Processes;

namespace Damon.Linux.Engine;

/// <summary>The engine in user space as a backend: it works on any Linux, so it comes last where the best that works is wanted.</summary>
/// <param name="options">What only it can do; null for the usual.</param>
public sealed class EngineBackend(EngineOptions? options = null) : IDamonBackend
{
    /// <summary>The name of the backend.</summary>
    public const string BackendName = "engine";

    readonly EngineOptions _options = options ?? new EngineOptions();

    /// <inheritdoc/>
    public string Name => BackendName;

    /// <inheritdoc/>
    public bool IsPresent => OperatingSystem.IsLinux();

    /// <inheritdoc/>
    public string? WhyNot() => IsPresent ? null : "this is not Linux";

    /// <inheritdoc/>
    public string? WhyNot(MonitoringRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return WhyNot() ?? EngineRun.Refusal(request.Context);
    }

    /// <inheritdoc/>
    /// <exception cref="Win32Exception">No more file descriptors.</exception>
    public IMonitoringRun Open(MonitoringRequest request)
    {
        if (WhyNot(request) is { } reason)
        {
            throw new BackendException(reason);
        }

        try
        {
            return EngineRun.Open(request.Context, _options);
        }
        catch (TargetOpenException e)
        {
            throw new BackendException(e.Message, e);
        }
    }
}
