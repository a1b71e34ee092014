using Damon.Monitoring;

namespace Damon.Schemes.Replay;

/// <summary>A target of a record, with the ages its regions would have had under the schemes.</summary>
sealed class ReplayTarget
{
    readonly RangeMap _taken = new();
    readonly List<SnapshotRegion> _previous = [];

    public ReplayTarget(TargetKey key)
    {
        Key = key;
        Target = new Target((long)Int128.Clamp(key.Id, long.MinValue, long.MaxValue)) { OperationsState = this };
    }

    public TargetKey Key { get; }

    public Target Target { get; }

    /// <summary>Takes over the regions of a snapshot.</summary>
    /// <param name="recorded">The target in the snapshot.</param>
    /// <param name="number">Of the snapshot.</param>
    /// <param name="threshold">Largest difference of access counts that counts as the same.</param>
    public void Fill(SnapshotTarget recorded, long number, uint threshold)
    {
        Target.Regions.Clear();
        int previous = 0;
        List<SnapshotRegion> aged = [];
        foreach (ref readonly SnapshotRegion region in recorded.Regions)
        {
            if (region.End <= region.Start)
            {
                continue;
            }

            long age = region.Age >= 0 ? region.Age : FollowedAge(in region, threshold, ref previous);
            aged.Add(new SnapshotRegion(region.Start, region.End, region.NrAccesses, (int)Math.Min(age, int.MaxValue)));
            Target.Regions.Add(new Region(region.Start, region.End)
            {
                NrAccesses = region.NrAccesses,
                NrAccessesBp = region.NrAccesses * 10_000UL,
                Age = (uint)Math.Min(AgeSinceTaken(in region, age, number), uint.MaxValue),
            });
        }

        _previous.Clear();
        _previous.AddRange(aged);
    }

    /// <summary>An action took a range at that snapshot.</summary>
    public void Take(AddressRange range, long number) => _taken.Set(range.Start, range.End, number);

    /// <summary>The mean age over the bytes of the region, of which those that an action took are as old as that.</summary>
    long AgeSinceTaken(in SnapshotRegion region, long age, long number)
    {
        UInt128 sum = (UInt128)age * region.Size;
        foreach (RangeMap.Entry entry in _taken.Within(region.Start, region.End))
        {
            // The snapshot after the action is the first of the new age.
            sum -= (UInt128)(age - Math.Min(age, number - entry.Value)) * entry.Size;
        }

        return (long)(sum / region.Size);
    }

    /// <summary>One more than what the memory was before, unless its access frequency changed.</summary>
    long FollowedAge(in SnapshotRegion region, uint threshold, ref int previous)
    {
        while (previous < _previous.Count && _previous[previous].End <= region.Start)
        {
            previous++;
        }

        UInt128 sum = 0;
        for (int i = previous; i < _previous.Count && _previous[i].Start < region.End; i++)
        {
            SnapshotRegion before = _previous[i];
            uint difference = before.NrAccesses > region.NrAccesses ? before.NrAccesses - region.NrAccesses : region.NrAccesses - before.NrAccesses;
            bool isSame = difference <= threshold && (before.NrAccesses == 0) == (region.NrAccesses == 0);
            ulong overlap = Math.Min(before.End, region.End) - Math.Max(before.Start, region.Start);
            sum += isSame ? (UInt128)(before.Age + 1L) * overlap : 0;
        }

        return (long)(sum / region.Size);
    }
}
