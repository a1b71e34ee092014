using Damon.Monitoring;

namespace Damon.Linux.DamonFs;

/// <summary>A target as it stands in the files.</summary>
/// <param name="number">The number it was written as; the id of the physical address space for that.</param>
/// <param name="process">The process; null for the physical address space, and where there was none of that pid.</param>
sealed class DamonFsTarget(int number, IDamonFsProcess? process) : IDisposable
{
    internal int Number { get; } = number;

    internal IDamonFsProcess? Process { get; } = process;

    /// <summary>Initial regions, ascending.</summary>
    internal List<AddressRange> Regions { get; } = [];

    public void Dispose() => Process?.Dispose();
}
