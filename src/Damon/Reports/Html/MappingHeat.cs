using Damon.Monitoring;

namespace Damon.Reports.Html;

/// <summary>How hot a mapping was over the whole record.</summary>
/// <param name="Addresses">Its addresses.</param>
/// <param name="Name">Its name.</param>
/// <param name="Mass">Accesses (times scale) times bytes times nanoseconds of the regions in it.</param>
/// <param name="Covered">Bytes times nanoseconds of those.</param>
sealed record MappingHeat(AddressRange Addresses, string Name, double Mass, double Covered)
{
    /// <summary>Mean of what was monitored of it; not a number where nothing was.</summary>
    public double Mean => Covered > 0 ? Mass / Covered : double.NaN;
}
