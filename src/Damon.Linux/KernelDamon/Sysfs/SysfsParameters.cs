using Damon.Linux.KernelDamon.Files;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>Writes what is wanted of a kdamond to the files of its folder. Its own: numbers of folders are written.</summary>
static class SysfsParameters
{
    /// <summary>Makes the files say what is specified; on a running kdamond nothing changes before a commit.</summary>
    /// <param name="kdamond">The folder of the kdamond.</param>
    /// <param name="specification">What is wanted; of a single context.</param>
    /// <param name="keepsIntervals">Whether the files of the intervals stay as they are, because the kernel tunes them.</param>
    /// <exception cref="KernelDamonException">This kernel does not offer it.</exception>
    public static void Put(SysfsFolder kdamond, KdamondSpecification specification, bool keepsIntervals = false)
    {
        if (specification.Contexts is not [ContextSpecification context])
        {
            throw new KernelDamonException($"a kdamond has one context, but {specification.Contexts.Count} are asked for");
        }

        Check(context);
        kdamond.PutLater("refresh_ms", specification.RefreshMs, 0, "6.17");
        SysfsFolder contexts = kdamond["contexts"];
        contexts.PutCount("nr_contexts", 1);
        Put(contexts[0], context, keepsIntervals);
    }

    /// <summary>What the kernel would answer EINVAL to when it starts, in words.</summary>
    static void Check(ContextSpecification context)
    {
        if (context.Attributes.Check() is { } fault)
        {
            throw new KernelDamonException(fault);
        }

        // It would start, and end at once.
        if (context.Targets.Count == 0)
        {
            throw new KernelDamonException("there is nothing to monitor: no target is given");
        }

        bool isPhysical = context.Operations == AddressSpace.Physical;
        if (isPhysical && context.Targets.Count > 1)
        {
            throw new KernelDamonException($"physical memory is one target, but {context.Targets.Count} are asked for");
        }

        foreach (ContextTarget target in context.Targets)
        {
            if (target.Pid is null != isPhysical && !target.IsObsolete)
            {
                throw new KernelDamonException(
                    isPhysical ? "physical memory has no pid" : $"a target of {AddressSpaceNames.Of(context.Operations)} needs a pid");
            }

            // The kernel takes it, and then monitors nothing.
            if (target.Regions.Count == 0 && context.Operations != AddressSpace.Virtual && !target.IsObsolete)
            {
                throw new KernelDamonException($"{AddressSpaceNames.Of(context.Operations)} monitors nothing without regions: say which addresses");
            }

            for (int i = 0; i < target.Regions.Count; i++)
            {
                AddressRange region = target.Regions[i];
                if (region.End < region.Start || (i > 0 && region.Start < target.Regions[i - 1].End))
                {
                    throw new KernelDamonException($"the region {region} is not in order: regions ascend and do not overlap");
                }
            }
        }

        for (int i = 0; i < context.Schemes.Count; i++)
        {
            if (context.Schemes[i].Check() is { } wrong)
            {
                throw new KernelDamonException($"scheme {i}: {wrong}");
            }
        }
    }

    static void Put(SysfsFolder folder, ContextSpecification context, bool keepsIntervals)
    {
        string operations = AddressSpaceNames.Of(context.Operations);
        if (folder.Tree.ReadIfThere($"{folder.Path}/avail_operations") is { } available && !available.Split('\n').Contains(operations))
        {
            throw new KernelDamonException($"this kernel's DAMON has {available.Replace("\n", ", ", StringComparison.Ordinal)}, but not {operations}");
        }

        folder.Put(
            "operations",
            operations,
            context.Operations == AddressSpace.FixedVirtual ? "Linux has fvaddr since 5.19" : "this kernel's DAMON does not know it");
        folder.PutLater("addr_unit", context.AddressUnit, 1, "6.18");
        folder.PutLater("pause", Bool(context.IsPaused), "N", "after 7.1");
        Put(folder["monitoring_attrs"], context.Attributes, context.IntervalsGoal, keepsIntervals);
        Put(folder["targets"], context.Targets);
        SysfsFolder schemes = folder["schemes"];
        schemes.PutCount("nr_schemes", context.Schemes.Count);
        for (int i = 0; i < context.Schemes.Count; i++)
        {
            SysfsSchemeParameters.Put(schemes[i], context.Schemes[i], context.Attributes);
        }
    }

    static void Put(SysfsFolder folder, MonitoringAttributes attributes, IntervalsGoal goal, bool keepsIntervals)
    {
        SysfsFolder intervals = folder["intervals"];
        if (!keepsIntervals)
        {
            intervals.Put("sample_us", attributes.SampleUs);
            intervals.Put("aggr_us", attributes.AggregationUs);
            intervals.Put("update_us", attributes.UpdateUs);
        }

        if (intervals.Has("intervals_goal"))
        {
            SysfsFolder goals = intervals["intervals_goal"];
            goals.Put("access_bp", goal.AccessBp);
            goals.Put("aggrs", goal.Aggregations);
            goals.Put("min_sample_us", goal.MinSampleUs);
            goals.Put("max_sample_us", goal.MaxSampleUs);
        }
        else if (goal.Aggregations > 0)
        {
            throw intervals.Missing("intervals_goal", "6.15");
        }

        SysfsFolder regions = folder["nr_regions"];
        regions.Put("min", (ulong)attributes.MinNrRegions);
        regions.Put("max", (ulong)attributes.MaxNrRegions);
    }

    static void Put(SysfsFolder folder, IReadOnlyList<ContextTarget> targets)
    {
        folder.PutCount("nr_targets", targets.Count);
        for (int i = 0; i < targets.Count; i++)
        {
            SysfsFolder target = folder[i];
            if (targets[i].Pid is { } pid)
            {
                target.Put("pid_target", (ulong)pid);
            }

            target.PutLater("obsolete_target", Bool(targets[i].IsObsolete), "N", "6.19");
            SysfsFolder regions = target["regions"];
            regions.PutCount("nr_regions", targets[i].Regions.Count);
            for (int r = 0; r < targets[i].Regions.Count; r++)
            {
                regions[r].Put("start", targets[i].Regions[r].Start);
                regions[r].Put("end", targets[i].Regions[r].End);
            }
        }
    }

    static string Bool(bool value) => value ? "Y" : "N";
}
