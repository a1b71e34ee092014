using System.Globalization;
using Damon.Monitoring;

namespace Damon.Reports.Validation;

/// <summary>How often the snapshots of a series broke one limit, and where they first did.</summary>
/// <param name="Check">What was compared.</param>
/// <param name="Limits">The limits; least and greatest address of all boundaries for <see cref="ValidationCheck.Boundary"/>.</param>
/// <param name="Snapshots">Number of snapshots that broke it, each counted once.</param>
/// <param name="FirstTimeNs">End of the first of them.</param>
/// <param name="FirstValue">The value found there; not used for <see cref="ValidationCheck.Boundary"/>.</param>
/// <param name="FirstRegion">The region it was found in; null where the value is of the whole snapshot.</param>
sealed record ValidationFault(ValidationCheck Check, ValidationLimits Limits, long Snapshots, long FirstTimeNs, ulong FirstValue, AddressRange? FirstRegion)
{
    /// <summary>Name of what was compared, as in the output.</summary>
    public string Name => Check switch
    {
        ValidationCheck.AggregationInterval => "aggregate_interval",
        ValidationCheck.NrRegions => "nr_regions",
        ValidationCheck.NrAccesses => "nr_accesses",
        _ => "regions_boundary",
    };

    /// <summary>The line that the tools print.</summary>
    public override string ToString() => Check == ValidationCheck.Boundary
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"invalid: expect {Limits.Least}<={Name}<={Limits.Most} but {FirstRegion!.Value.Start}-{FirstRegion.Value.End}")
        : string.Create(CultureInfo.InvariantCulture, $"invalid: expect {Limits.Least}<={Name}<={Limits.Most} but {FirstValue}");
}
