using CsCheck;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Tests.Schemes.Text;

/// <summary>Random schemes that are right.</summary>
static class SchemeGen
{
    static readonly Gen<ulong> s_number = Gen.OneOf(Gen.ULong[0, 100], Gen.ULong[0, 1UL << 40], Gen.Const(ulong.MaxValue), Gen.ULong);

    static readonly Gen<uint> s_small = Gen.OneOf(Gen.UInt[0, 1000], Gen.UInt);

    public static readonly Gen<MonitoringAttributes> Attributes =
        from sample in Gen.ULong[1, 20_000]
        from samples in Gen.ULong[1, 40]
        from rest in Gen.ULong[0, 500]
        select new MonitoringAttributes { SampleUs = sample, AggregationUs = (sample * samples) + rest };

    public static readonly Gen<AccessPattern> Pattern =
        from sizes in Gen.Select(s_number, s_number)
        from accesses in Range(Gen.OneOf(
            Gen.Double[0, 100].Select(PatternBound.OfPercent),
            Gen.Int[0, 100].Select(p => PatternBound.OfPercent(p))))
        from accessCounts in Range(Gen.Int[0, 50].Select(c => PatternBound.OfCount(c)))
        from ages in Range(
            Gen.OneOf(
                Gen.Long[0, 1L << 52].Select(us => PatternBound.OfMicroseconds(us)),
                Gen.Long[0, 100].Select(s => PatternBound.OfMicroseconds(s * 100_000))))
        from ageCounts in Range(Gen.UInt.Select(c => PatternBound.OfCount(c)))
        from which in Gen.Select(Gen.Bool, Gen.Bool)
        let access = which.Item1 ? accesses : accessCounts
        let age = which.Item2 ? ages : ageCounts
        select new AccessPattern
        {
            MinSize = Math.Min(sizes.Item1, sizes.Item2),
            MaxSize = Math.Max(sizes.Item1, sizes.Item2),
            MinNrAccesses = access.Min,
            MaxNrAccesses = access.Max,
            MinAge = age.Min,
            MaxAge = age.Max,
        };

    public static readonly Gen<SchemeQuota> Quota =
        from limits in Gen.Select(s_number, s_number, s_number)
        from weights in Gen.Select(s_small, s_small, s_small)
        from fail in Gen.Select(s_small, s_small)
        from tuner in Gen.Enum<QuotaTuner>()
        from goals in Gen.Select(Gen.Enum<QuotaGoalMetric>(), s_number, s_number, Gen.Int[0, 7]).List[0, 3]
        select new SchemeQuota
        {
            TimeMs = limits.Item1,
            SizeBytes = limits.Item2,
            ResetIntervalMs = limits.Item3,
            SizeWeight = weights.Item1,
            NrAccessesWeight = weights.Item2,
            AgeWeight = weights.Item3,
            FailChargeNumerator = fail.Item1,
            FailChargeDenominator = fail.Item2,
            Tuner = tuner,
            Goals = [.. goals.Select(g =>
                new QuotaGoal { Metric = g.Item1, TargetValue = Math.Max(g.Item2, 1), CurrentValue = g.Item3, NodeId = g.Item4, MemcgPath = "/a b/\"c\"" })],
        };

    public static readonly Gen<Watermarks> Marks =
        from metric in Gen.Enum<WatermarkMetric>()
        from interval in s_number
        from marks in Gen.ULong[0, 1000].Array[3]
        let sorted = marks.OrderDescending().ToArray()
        select new Watermarks { Metric = metric, IntervalUs = interval, High = sorted[0], Mid = sorted[1], Low = sorted[2] };

    public static readonly Gen<SchemeFilter> Filter =
        from kind in Gen.Enum<SchemeFilterKind>()
        from flags in Gen.Select(Gen.Bool, Gen.Bool)
        from range in Gen.Select(Gen.ULong[0, 1UL << 47], Gen.ULong[1, 1UL << 40])
        from index in Gen.Int[0, 100]
        select new SchemeFilter
        {
            Kind = kind,
            Matching = flags.Item1,
            Allow = flags.Item2,
            Range = kind == SchemeFilterKind.Address ? new AddressRange(range.Item1, range.Item1 + range.Item2) : default,
            TargetIndex = kind == SchemeFilterKind.Target ? index : 0,
            MemcgPath = kind == SchemeFilterKind.Memcg ? "/some/group" : null,
            MinSize = kind == SchemeFilterKind.HugePageSize ? range.Item1 : 0,
            MaxSize = kind == SchemeFilterKind.HugePageSize ? range.Item1 + range.Item2 : ulong.MaxValue,
        };

    public static readonly Gen<Scheme> Scheme =
        from pattern in Pattern
        from action in Gen.Enum<SchemeAction>()
        from quota in Quota
        from marks in Marks
        from filters in Filter.List[0, 3]
        from numbers in Gen.Select(s_number, s_number)
        from destinations in Gen.Select(Gen.Int[0, 9], s_small).List[1, 3]
        select new Scheme
        {
            Pattern = pattern,
            Action = action,
            Quota = quota,
            Watermarks = marks,
            Filters = filters,
            ApplyIntervalUs = numbers.Item1,
            MaxNrSnapshots = numbers.Item2,
            Destinations = action is SchemeAction.MigrateHot or SchemeAction.MigrateCold
                ? [.. destinations.Select(d => new MigrationDestination(d.Item1, d.Item2))]
                : [],
        };

    static Gen<(PatternBound Min, PatternBound Max)> Range(Gen<PatternBound> bound) =>
        from a in bound
        from b in bound
        from limits in Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3])
        select (limits.Item1 == 0 ? PatternBound.Min : a.Value < b.Value ? a : b, limits.Item2 == 0 ? PatternBound.Max : a.Value < b.Value ? b : a);
}
