using Damon.Records.Streams;

namespace Damon.Reports.Validation;

/// <summary>What came out for one series of snapshots.</summary>
/// <param name="Series">The series.</param>
/// <param name="TargetId">The target within.</param>
/// <param name="Snapshots">Number of its snapshots.</param>
/// <param name="Faults">Every limit that was broken, also those not often enough to count.</param>
/// <param name="Failures">Those of <paramref name="Faults"/> that were broken too often.</param>
sealed record SeriesValidation(
    RecordSeries Series,
    Int128 TargetId,
    long Snapshots,
    IReadOnlyList<ValidationFault> Faults,
    IReadOnlyList<ValidationFault> Failures);
