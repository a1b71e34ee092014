namespace Damon.Reports.Access;

/// <summary>What a template can name in angle brackets; the names are those of the members, with blanks.</summary>
enum AccessKeyword
{
    None,

    // Of a record.
    KdamondIndex,
    ContextIndex,
    SchemeIndex,
    TargetId,
    Intervals,
    IntervalsGoal,
    DataSource,
    FormatStrings,

    // Of both; the area decides.
    AbsStartTime,
    Duration,

    // Of a snapshot.
    TotalBytes,
    StartTime,
    EndTime,
    AbsEndTime,
    NumberOfRegions,
    RegionBoxColors,
    RegionBoxDescription,
    TemperatureHistogram,
    TemperatureDfPassedHistogram,
    RecencyHistogram,
    RecencyDfPassedHistogram,
    RecencyPercentiles,
    DfPassedRecencyPercentiles,
    TemperaturePercentiles,
    DfPassedTemperaturePercentiles,
    Heatmap,
    FiltersPassedHeatmap,
    FiltersPassedType,
    PositiveAccessSamplesRatio,
    EstimatedMemoryBandwidth,
    FiltersPassedEstimatedMemoryBandwidth,
    IntervalsTuningStatus,
    DamosStats,
    SnapshotIntervals,

    // Of a snapshot and a region.
    FiltersPassedBytes,

    // Of a region; start and end address where a snapshot has times.
    Index,
    StartAddress,
    EndAddress,
    Size,
    AccessRate,
    AccessHz,
    Age,
    Temperature,
    ProbeHits,
    Mapping,
    Box,
}
