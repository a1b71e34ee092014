using Damon.Linux.Actions;
using Damon.Linux.Native;
using Damon.Linux.Tests.Targets;
using Damon.Monitoring;

namespace Damon.Linux.Tests.AccessChecks;

/// <summary>Which page frames a process of the tests has, by its pagemap: all that tests of physical memory may touch.</summary>
static class ChildFrames
{
    /// <summary>The frames of a range, in its order; 0 where there is none.</summary>
    public static ulong[] Of(int pid, AddressRange range)
    {
        using PageMap? map = PageMap.Open($"/proc/{pid}/pagemap", out Errno error);
        Assert.True(map is not null, error.ToString());
        ulong[] entries = new ulong[range.Size / TargetProcess.Page];
        map.Read(range.Start, entries);
        return [.. entries.Select(PageMap.FrameOf)];
    }

    /// <summary>The same as physical addresses in order, neighbours joined.</summary>
    public static IReadOnlyList<AddressRange> Ranges(int pid, AddressRange range)
    {
        List<AddressRange> ranges = [];
        foreach (ulong frame in Of(pid, range).Where(f => f != 0).Order())
        {
            AddressRange page = new(frame << 12, (frame + 1) << 12);
            if (ranges.Count > 0 && ranges[^1].End == page.Start)
            {
                ranges[^1] = ranges[^1] with { End = page.End };
            }
            else
            {
                ranges.Add(page);
            }
        }

        return ranges;
    }
}
