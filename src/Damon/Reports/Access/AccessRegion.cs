using Damon.Monitoring;

namespace Damon.Reports.Access;

/// <summary>A region with what the intervals tell of it.</summary>
/// <param name="Region">Addresses, number of accesses, age.</param>
/// <param name="FilterPassed">Bytes that passed the filters of the scheme.</param>
/// <param name="Percent">Part of the samples that found an access, in percent.</param>
/// <param name="AgeUs">Age in microseconds; 0 where it is unknown.</param>
/// <param name="IdleUs">For how long there was no access, in microseconds; 0 for a region that is accessed.</param>
/// <param name="Temperature">One number for how hot it is, below 0 for a region without accesses.</param>
readonly record struct AccessRegion(SnapshotRegion Region, ulong FilterPassed, long Percent, long AgeUs, long IdleUs, Int128 Temperature);
