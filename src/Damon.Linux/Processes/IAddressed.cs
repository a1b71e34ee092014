using Damon.Monitoring;

namespace Damon.Linux.Processes;

/// <summary>Something with an address range, for <see cref="RangeSearch"/>.</summary>
interface IAddressed
{
    /// <summary>The addresses.</summary>
    AddressRange Range { get; }
}
