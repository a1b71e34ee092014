using Damon.Monitoring;

namespace Damon.Diagnostics;

/// <summary>What one aggregation interval saw of a target, as the meter tells it. All in bytes.</summary>
sealed class TargetFigures
{
    internal Int128 Id { get; private set; }

    internal ulong WorkingSet { get; private set; }

    internal ulong Hot { get; private set; }

    /// <summary>By <see cref="IdleAges"/>.</summary>
    internal ulong[] Idle { get; } = new ulong[IdleAges.Count];

    internal void Take(SnapshotTarget target, uint hotNrAccesses, ulong aggregationUs)
    {
        Id = target.Id;
        ulong workingSet = 0;
        ulong hot = 0;
        Array.Clear(Idle);
        foreach (ref readonly SnapshotRegion region in target.Regions)
        {
            if (region.NrAccesses == 0)
            {
                Idle[IdleAges.BucketOf((UInt128)(uint)Math.Max(region.Age, 0) * aggregationUs)] += region.Size;
                continue;
            }

            workingSet += region.Size;
            hot += region.NrAccesses >= hotNrAccesses ? region.Size : 0;
        }

        WorkingSet = workingSet;
        Hot = hot;
    }
}
