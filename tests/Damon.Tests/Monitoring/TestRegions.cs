using Damon.Monitoring;

namespace Damon.Tests.Monitoring;

/// <summary>Short ways to make and to look at regions.</summary>
static class TestRegions
{
    public static RegionList Of(params (ulong Start, ulong End)[] ranges)
    {
        RegionList regions = new();
        foreach ((ulong start, ulong end) in ranges)
        {
            regions.Add(new Region(start, end));
        }

        return regions;
    }

    public static AddressRange[] Ranges(RegionList regions) => [.. regions.AsSpan().ToArray().Select(region => region.Range)];

    /// <summary>The ranges that the regions cover without a gap.</summary>
    public static AddressRange[] Runs(RegionList regions)
    {
        List<AddressRange> runs = [];
        foreach (AddressRange range in Ranges(regions))
        {
            if (runs.Count > 0 && runs[^1].End == range.Start)
            {
                runs[^1] = new(runs[^1].Start, range.End);
            }
            else
            {
                runs.Add(range);
            }
        }

        return [.. runs];
    }
}
