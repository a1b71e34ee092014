using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Records.Streams;

namespace Damon.Reports;

/// <summary>What people call a target.</summary>
static class TargetName
{
    const int MaxLength = 60;
    const string Physical = "physical memory";

    /// <summary>
    /// Name and number, such as <c>redis-server (pid 4242)</c>; <c>target 7</c> where no sidecar names it. Never holds what could steer a terminal.
    /// </summary>
    /// <param name="metadata">The sidecar; null where there is none.</param>
    /// <param name="id">The target.</param>
    /// <param name="series">Its series, which tells whose target it is where several kdamonds have some; null where that is not known.</param>
    public static string Of(RecordMetadata? metadata, Int128 id, RecordSeries? series = null) => series is not null && Thread(series) is { } thread
        ? $"{Alone(metadata, id)} of {thread}"
        : Alone(metadata, id);

    static string Alone(RecordMetadata? metadata, Int128 id) => id == -1 || metadata?.Header?.AddressSpace == AddressSpaceNames.Physical ? Physical
        : Program(metadata, id) is { } name ? $"{name} (pid {id})"
        : $"target {id}";

    /// <summary>The program of a target; null where that is unknown.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static string? Program(RecordMetadata? metadata, Int128 id)
    {
        RecordTarget? target = metadata?.Targets.LastOrDefault(t => t.Id == id);
        string? name = target?.Comm ?? FileName(target?.Exe) ?? FileName(target?.CommandLine is [var first, ..] ? first : null);
        return string.IsNullOrWhiteSpace(name) ? null : VisibleText.Of(name, MaxLength);
    }

    /// <summary>
    /// The thread that took the snapshots of a series, where there are several, which is when threads have a number. Never holds what could steer a terminal.
    /// </summary>
    public static string? Thread(RecordSeries series) => series is { Thread: { } thread, KdamondIndex: not null } ? VisibleText.Of(thread, MaxLength) : null;

    static string? FileName(string? path) => path?[(path.LastIndexOf('/') + 1)..];
}
