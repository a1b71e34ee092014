using System.Runtime.InteropServices;

namespace Damon.Monitoring;

/// <summary>What is monitored and how: attributes, targets, and the operations of their kind of address space.</summary>
/// <remarks>
/// While a <see cref="Kdamond"/> runs the context, that thread owns it: others change it by <see cref="Kdamond.Invoke"/> only.
/// </remarks>
public sealed class MonitoringContext
{
    readonly List<Target> _targets = [];
    MonitoringAttributes _attributes = new();

    /// <summary>A context without targets.</summary>
    /// <param name="operations">The access checks of its kind of address space.</param>
    /// <param name="seed">Starts the random numbers: the same seed, the same accesses and the same clock give the same result.</param>
    /// <param name="minRegionSize">Smallest region and alignment of region bounds, in bytes; a power of two.</param>
    /// <exception cref="ArgumentException"><paramref name="minRegionSize"/> is no power of two.</exception>
    public MonitoringContext(IOperations operations, ulong seed = 0, ulong minRegionSize = Page.Size)
    {
        if (!ulong.IsPow2(minRegionSize))
        {
            throw new ArgumentException($"The smallest region size is {minRegionSize}, but must be a power of two.", nameof(minRegionSize));
        }

        Operations = operations;
        Random = new RandomSource(seed);
        MinRegionSize = minRegionSize;
    }

    /// <summary>The access checks of this kind of address space.</summary>
    public IOperations Operations { get; }

    /// <summary>The random numbers of this context.</summary>
    public RandomSource Random { get; }

    /// <summary>Smallest region and alignment of region bounds, in bytes.</summary>
    public ulong MinRegionSize { get; }

    /// <summary>Targets in the order in which they were added; valid until one is added or removed.</summary>
    public ReadOnlySpan<Target> Targets => CollectionsMarshal.AsSpan(_targets);

    /// <summary>
    /// Observers of the monitoring, called in this order. Change the list before the run and not during it, not even by <see cref="Kdamond.Invoke"/>: a late
    /// observer would miss its start.
    /// </summary>
    public List<IKdamondObserver> Observers { get; } = [];

    /// <summary>Acts on the regions, as schemes do; null for none. Set it before monitoring starts.</summary>
    public IRegionPolicy? Policy { get; set; }

    /// <summary>
    /// The attributes in force. Setting them converts what the regions have gathered to the new scale; a running kdamond counts its
    /// intervals anew from now, so what an unfinished aggregation interval has counted is dropped.
    /// </summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public MonitoringAttributes Attributes
    {
        get => _attributes;
        set
        {
            if (value.Check() is { } fault)
            {
                throw new ArgumentException(fault, nameof(value));
            }

            foreach (Target target in _targets)
            {
                foreach (ref Region region in target.Regions.AsSpan())
                {
                    if (IsAggregating)
                    {
                        _attributes.RestartResult(ref region, value);
                    }
                    else
                    {
                        _attributes.ConvertResult(ref region, value);
                    }
                }
            }

            _attributes = value;
            AttributesVersion++;
        }
    }

    /// <summary>Number of regions of all targets.</summary>
    public int NrRegions
    {
        get
        {
            int sum = 0;
            foreach (Target target in _targets)
            {
                sum += target.Regions.Count;
            }

            return sum;
        }
    }

    /// <summary>Whether an aggregation interval is under way, so that counts are not whole yet. The kdamond says.</summary>
    internal bool IsAggregating { get; set; }

    /// <summary>Number of regions that the last pass of splitting found; decides whether the next pass cuts in two or in three.</summary>
    internal int LastNrRegions { get; set; }

    /// <summary>Changes with each setting of <see cref="Attributes"/>, so that the kdamond notices.</summary>
    internal int AttributesVersion { get; private set; }

    /// <summary>Working storage of the splitting pass.</summary>
    internal RegionList Scratch { get; } = new();

    /// <summary>Adds a target at the end.</summary>
    public void AddTarget(Target target) => _targets.Add(target);

    /// <summary>Takes a target out and lets the operations free what they hold for it.</summary>
    /// <returns>Whether it was there.</returns>
    public bool RemoveTarget(Target target)
    {
        if (!_targets.Remove(target))
        {
            return false;
        }

        Operations.CleanupTarget(target);
        return true;
    }

    /// <summary>Fills <paramref name="snapshot"/> with the regions as they are now.</summary>
    /// <param name="snapshot">Is reset first.</param>
    /// <param name="timeNs">The time it is to carry.</param>
    public void FillSnapshot(Snapshot snapshot, long timeNs)
    {
        snapshot.Reset(timeNs);
        foreach (Target target in _targets)
        {
            snapshot.AddTarget(target.Id);
            if (target.AccessedBytes is { } bytes)
            {
                snapshot.SetAccessedBytes(bytes);
                target.EndInterval();
            }

            foreach (ref readonly Region region in target.Regions.AsSpan())
            {
                snapshot.AddRegion(new SnapshotRegion(region.Start, region.End, region.NrAccesses, (int)Math.Min(region.Age, int.MaxValue)));
            }
        }
    }
}
