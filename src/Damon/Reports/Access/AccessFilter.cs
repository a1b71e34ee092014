using Damon.Monitoring;

namespace Damon.Reports.Access;

/// <summary>Which snapshots, and which parts of them, are looked at. Ranges are closed unless said otherwise; null is everything.</summary>
sealed record AccessFilter
{
    /// <summary>Size of a region in bytes.</summary>
    public ClosedRange? RegionSize { get; init; }

    /// <summary>Part of the samples that found an access, in percent.</summary>
    public ClosedRange? AccessRate { get; init; }

    /// <summary>Age of a region in microseconds. A region of unknown age is in no range.</summary>
    public ClosedRange? AgeUs { get; init; }

    /// <summary>Temperature of a region.</summary>
    public ClosedRange? Temperature { get; init; }

    /// <summary>Addresses, in order and apart; regions are cut to them.</summary>
    public IReadOnlyList<AddressRange> Addresses { get; init; } = [];

    /// <summary>Bytes of a snapshot, after its regions were filtered.</summary>
    public ClosedRange? SnapshotSize { get; init; }

    /// <summary>Times in nanoseconds of the record's clock, between which a snapshot lies as a whole.</summary>
    public ClosedRange? SnapshotTimeNs { get; init; }

    /// <summary>Numbers of snapshots of a series, counted from 0. The last number is not within.</summary>
    public ClosedRange? SnapshotIndex { get; init; }

    /// <summary>What <see cref="AccessReading"/> makes temperatures of.</summary>
    public TemperatureWeights Weights { get; init; } = TemperatureWeights.Default;

    /// <summary>Whether the intervals of the record are needed.</summary>
    public bool NeedsIntervals => AccessRate is not null || AgeUs is not null || Temperature is not null;

    /// <summary>Whether anything may be left out.</summary>
    public bool IsAny =>
        NeedsIntervals || RegionSize is not null || Addresses.Count > 0 || SnapshotSize is not null || SnapshotTimeNs is not null || SnapshotIndex is not null;

    /// <summary>Whether a snapshot is looked at, as far as its place in the record says.</summary>
    public bool Takes(long index, long startNs, long endNs) =>
        (SnapshotIndex is not { } range || (index >= range.Min && index < range.Max))
        && (SnapshotTimeNs is not { } times || (startNs >= times.Min && endNs <= times.Max));

    /// <summary>Whether a region, already cut to the addresses, is looked at.</summary>
    public bool Takes(in AccessRegion region) =>
        (RegionSize is not { } size || size.Contains(region.Region.Size))
        && (AccessRate is not { } rate || rate.Contains(region.Percent))
        && (AgeUs is not { } age || (region.Region.Age >= 0 && age.Contains(region.AgeUs)))
        && (Temperature is not { } temperature || temperature.Contains(region.Temperature));
}
