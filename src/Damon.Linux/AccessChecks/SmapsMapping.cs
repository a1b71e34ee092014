using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.AccessChecks;

/// <summary>What /proc/PID/smaps tells of one mapping.</summary>
/// <param name="Range">Its addresses.</param>
/// <param name="ResidentBytes">Rss.</param>
/// <param name="ReferencedBytes">Referenced: pages whose accessed bit, or the page's own referenced mark, is set.</param>
readonly record struct SmapsMapping(AddressRange Range, ulong ResidentBytes, ulong ReferencedBytes) : IAddressed
{
    /// <summary>Share of the resident pages that were accessed since the last clear, in [0, 1].</summary>
    internal double ReferencedShare => ResidentBytes == 0 ? 0 : Math.Min(1.0, (double)ReferencedBytes / ResidentBytes);
}
