using Damon.Monitoring;

namespace Damon.Linux.KernelDamon.Files;

/// <summary>Where the snapshots of a kdamond of the kernel come from.</summary>
interface ISnapshotSource : IDisposable
{
    /// <summary>What it is, for the user.</summary>
    string Description { get; }

    /// <summary>Waits for the next snapshot.</summary>
    /// <returns>False when none will follow: the run has ended.</returns>
    /// <exception cref="KernelDamonException">The source fails.</exception>
    bool Next(Snapshot snapshot);

    /// <summary>What the user should know at the end.</summary>
    IEnumerable<string> Notes();
}
