using System.Runtime.InteropServices;
using CsCheck;
using Damon.Monitoring;
using Damon.Simulation;

namespace Damon.Tests.Monitoring;

/// <summary>
/// What always holds, whatever happens to a running context.
/// </summary>
/// <remarks>
/// The limits, exactly. Upper: when an aggregation interval ends (and so in each snapshot) there are at most
/// max(max_nr_regions, 2 x (min_nr_regions - 1) + runs) regions, a run being a stretch of address space without a gap: merging goes on
/// until the limit is kept or nothing can merge any more, and two neighbours that cannot merge are together larger than
/// total / min_nr_regions. (Where that share is below the smallest region, the smallest region counts instead, and the number of
/// regions is bounded as above all the more.) Splitting never goes beyond max_nr_regions by itself. Only what fits regions to mappings may add more than that,
/// until the next aggregation interval ends. Lower: merging makes no region larger than total / min_nr_regions.
/// </remarks>
public sealed class EnginePropertyTests
{
    const ulong Page = 4096;

    static readonly Gen<string> s_script =
        from maps in Gen.Select(Gen.ULong[0, 60], Gen.ULong[1, 8], Gen.Int[0, 20], Gen.Int[1, 30]).List[1, 6]
        from phases in Gen.Select(Gen.Int[1, 400], Gen.Select(Gen.ULong[0, 60], Gen.ULong[1, 900], Gen.Int[0, 40]).List[0, 4]).List[0, 3]
        select string.Join(
            '\n',
            maps.Select(map =>
                $"map {1 + (map.Item1 * 37 % 61)}M {map.Item2 * 700}K"
                    + (map.Item3 == 0 ? string.Empty : $" from {map.Item3 * 90}ms until {(map.Item3 + map.Item4) * 90}ms")))
            + "\n"
                + string.Join(
                    '\n',
                    phases.Select(phase =>
                        $"phase {phase.Item1}ms\n"
                            + string.Join(
                                '\n',
                                phase.Item2.DistinctBy(access => access.Item1)
                                    .Select(access =>
                                        $"access {1 + access.Item1}M {access.Item2}K " + (access.Item3 == 0 ? "always" : $"every {access.Item3}ms")))))
            + "\nrepeat";

    static readonly Gen<MonitoringAttributes> s_attributes =
        from sample in Gen.ULong[0, 8_000]
        from samples in Gen.ULong[1, 25]
        from update in Gen.ULong[0, 300_000]
        from min in Gen.Int[3, 60]
        from more in Gen.Int[0, 200]
        select new MonitoringAttributes
        {
            SampleUs = sample,
            AggregationUs = (sample * samples) + samples,
            UpdateUs = update,
            MinNrRegions = min,
            MaxNrRegions = min + more,
        };

    static readonly Gen<(int AtTick, Change Kind, MonitoringAttributes Attributes, string Script)> s_change =
        Gen.Select(Gen.Int[0, 250], Gen.Enum<Change>(), s_attributes, s_script);

    enum Change
    {
        Attributes,
        AddTarget,
        RemoveTarget,
        SetRegions,
        ClearRegions,
    }

    [Fact]
    public void Regions_are_sound_after_every_tick() =>
        Gen.Select(s_script, s_attributes, s_change.List[0, 8], Gen.ULong, Gen.Int[1, 3])
            .Sample(
                given => Run(given.Item1, given.Item2, given.Item3, given.Item4, given.Item5, check: true),
                iter: 400);

    [Fact]
    public void The_same_seed_gives_the_same_bytes() =>
        Gen.Select(s_script, s_attributes, s_change.List[0, 4], Gen.ULong)
            .Sample(
                given => Assert.Equal(
                    Run(given.Item1, given.Item2, given.Item3, given.Item4, 2, check: false),
                    Run(given.Item1, given.Item2, given.Item3, given.Item4, 2, check: false)),
                iter: 60);

    [Fact]
    public void Another_seed_gives_other_bytes()
    {
        const string Script = "map 1M 64M\nphase 1s\naccess 8M 5M always\naccess 20M 3M every 20ms";
        string[] runs = [.. Enumerable.Range(0, 20).Select(seed => Convert.ToHexString(Run(Script, new(), [], (ulong)seed, 1, check: false)))];
        Assert.Equal(20, runs.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Merging_and_splitting_keep_every_byte() =>
        Gen.Select(Gen.Select(Gen.ULong[1, 1UL << 40], Gen.ULong[0, 3], Gen.UInt[0, 30], Gen.UInt[0, 30]).List[1, 60], Gen.ULong, s_attributes, Gen.UInt[0, 5])
            .Sample(
                given =>
                {
                    MonitoringContext context = new(new NoOperations(), given.Item2) { Attributes = given.Item3 };
                    Target target = new(1);
                    context.AddTarget(target);
                    ulong end = 0;
                    foreach ((ulong pages, ulong gap, uint n, uint last) in given.Item1)
                    {
                        ulong start = end + (gap == 0 ? Page : 0);
                        end = start + (pages >> (int)(pages % 40) << 12) + Page;
                        target.Regions.Add(new Region(
                            start,
                            end)
                        { NrAccesses = n % (given.Item3.MaxNrAccesses + 1), LastNrAccesses = last % (given.Item3.MaxNrAccesses + 1), Age = last });
                    }

                    AddressRange[] runs = TestRegions.Runs(target.Regions);
                    ulong total = target.Regions.TotalSize;
                    for (int round = 0; round < 4; round++)
                    {
                        CheckMerge(context, given.Item4);
                        Assert.Equal((total, runs.Length), (target.Regions.TotalSize, TestRegions.Runs(target.Regions).Length));
                        Assert.Equal(runs, TestRegions.Runs(target.Regions));
                        int before = context.NrRegions;
                        RegionAdjustment.SplitAll(context);
                        Assert.InRange(context.NrRegions, before, Math.Max(before, given.Item3.MaxNrRegions));
                        Assert.Equal(runs, TestRegions.Runs(target.Regions));
                    }
                },
                iter: 500);

    static void CheckMerge(MonitoringContext context, uint threshold)
    {
        HashSet<AddressRange> before = [.. context.Targets.ToArray().SelectMany(target => TestRegions.Ranges(target.Regions))];
        ulong limit = RegionAdjustment.SizeLimit(context);
        RegionAdjustment.MergeAll(context, threshold, limit);
        foreach (Target target in context.Targets)
        {
            foreach (AddressRange range in TestRegions.Ranges(target.Regions))
            {
                Assert.True(range.Size <= limit || before.Contains(range), "Merging made a region larger than the limit.");
            }
        }

        CheckUpperLimit(context);
    }

    static void CheckUpperLimit(MonitoringContext context)
    {
        int runs = context.Targets.ToArray().Sum(target => TestRegions.Runs(target.Regions).Length);
        Assert.InRange(context.NrRegions, 0, Math.Max(context.Attributes.MaxNrRegions, (2 * (context.Attributes.MinNrRegions - 1)) + runs));
    }

    static byte[] Run(
        string script,
        MonitoringAttributes attributes,
        List<(int AtTick, Change Kind, MonitoringAttributes Attributes, string Script)> changes,
        ulong seed,
        int nrTargets,
        bool check)
    {
        SimulatedRun run = new(Sound(script), attributes, seed, nrTargets);
        run.Operations.ChecksTargets = false;
        MemoryStream bytes = new();
        int ticks = 0;
        int nextId = 100;
        run.Probe.On = call =>
        {
            switch (call)
            {
                case "AfterSampling" when check:
                    CheckRegions(run.Context);
                    break;
                case "AfterAggregation" when check:
                    CheckUpperLimit(run.Context);
                    break;
                case "AfterCheck":
                    foreach ((int AtTick, Change Kind, MonitoringAttributes Attributes, string Script) change in changes.Where(change =>
                        change.AtTick == ticks))
                    {
                        Assert.False(run.Kdamond.Invoke(context => Apply(context, change, ref nextId)).IsFaulted);
                    }

                    if (++ticks == 300)
                    {
                        run.Kdamond.Stop();
                    }

                    break;
                case "OnSnapshot":
                    Snapshot snapshot = run.Probe.Snapshots[^1];
                    bytes.Write(BitConverter.GetBytes(snapshot.TimeNs));
                    for (int i = 0; i < snapshot.NrTargets; i++)
                    {
                        bytes.Write(MemoryMarshal.AsBytes(snapshot[i].Regions));
                        if (check)
                        {
                            Assert.All(
                                snapshot[i].Regions.ToArray(),
                                region => Assert.InRange(region.NrAccesses, 0U, Math.Max(run.Context.Attributes.MaxNrAccesses, 1)));
                        }
                    }

                    break;
            }
        };
        Assert.Equal(KdamondEnd.Stopped, run.Kdamond.Run());
        return bytes.ToArray();
    }

    static void Apply(MonitoringContext context, (int AtTick, Change Kind, MonitoringAttributes Attributes, string Script) change, ref int nextId)
    {
        switch (change.Kind)
        {
            case Change.Attributes:
                context.Attributes = change.Attributes;
                break;
            case Change.AddTarget:
                Target added = new(nextId++);
                SimulatedOperations.SetPattern(added, SimulatedPattern.Parse(Sound(change.Script)));
                context.AddTarget(added);
                break;
            case Change.RemoveTarget when context.Targets.Length > 0:
                context.RemoveTarget(context.Targets[change.AtTick % context.Targets.Length]);
                break;
            case Change.SetRegions when context.Targets.Length > 0:
                ulong start = (ulong)change.AtTick * Page;
                AddressRange[] ranges = [new(start + 1, start + (100 * Page)), new(1UL << 24, (1UL << 24) + Page), new(1UL << 25, (1UL << 25) + (1UL << 22))];
                Target target = context.Targets[change.AtTick % context.Targets.Length];
                RegionAdjustment.SetRegions(target.Regions, ranges, Page);
                Assert.Equal(
                    [new(start, start + (100 * Page)), new(1UL << 24, (1UL << 24) + Page), new(1UL << 25, (1UL << 25) + (1UL << 22))],
                    TestRegions.Runs(target.Regions));
                break;
            case Change.ClearRegions when context.Targets.Length > 0:
                context.Targets[0].Regions.Clear();
                break;
        }
    }

    static void CheckRegions(MonitoringContext context)
    {
        foreach (Target target in context.Targets)
        {
            ulong end = 0;
            foreach (ref readonly Region region in target.Regions.AsSpan())
            {
                if (region.Start < end || region.End <= region.Start || region.Start % Page != 0 || region.End % Page != 0)
                {
                    Assert.Fail($"{region} after {end:x}");
                }

                if (region.SamplingAddress < region.Start || region.SamplingAddress >= region.End)
                {
                    Assert.Fail($"{region} is sampled at {region.SamplingAddress:x}");
                }

                end = region.End;
            }
        }
    }

    /// <summary>Drops accesses that overlap another one: the generator does not know.</summary>
    static string Sound(string script)
    {
        List<string> lines = [];
        foreach (string line in script.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            lines.Add(line);
            try
            {
                SimulatedPattern.Parse(string.Join('\n', lines));
            }
            catch (FormatException) when (lines.Count > 0)
            {
                lines.RemoveAt(lines.Count - 1);
            }
        }

        return string.Join('\n', lines);
    }
}
