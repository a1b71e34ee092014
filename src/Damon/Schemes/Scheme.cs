namespace Damon.Schemes;

/// <summary>A rule: the memory with this access pattern is treated like that. Its settings are fixed; what it has done is counted in it.</summary>
public sealed class Scheme
{
    /// <summary>Which regions it wants.</summary>
    public AccessPattern Pattern { get; init; } = new();

    /// <summary>What it does to them.</summary>
    public SchemeAction Action { get; init; } = SchemeAction.Stat;

    /// <summary>Time between two passes, in microseconds; 0 is the aggregation interval.</summary>
    public ulong ApplyIntervalUs { get; init; }

    /// <summary>How much it may do.</summary>
    public SchemeQuota Quota { get; init; } = new();

    /// <summary>When it is active.</summary>
    public Watermarks Watermarks { get; init; } = new();

    /// <summary>What it leaves alone, or is limited to; the first that matches decides.</summary>
    public IReadOnlyList<SchemeFilter> Filters { get; init; } = [];

    /// <summary>Where migrating actions move memory to; several share it by their weights.</summary>
    public IReadOnlyList<MigrationDestination> Destinations { get; init; } = [];

    /// <summary>Passes after which it stops; 0 is no limit.</summary>
    public ulong MaxNrSnapshots { get; init; }

    /// <summary>What it has done so far.</summary>
    public SchemeStatistics Statistics { get; } = new();

    /// <summary>Whether its watermarks let it act.</summary>
    public bool IsActive { get; internal set; } = true;

    /// <summary>Bytes that it may be tried on in the present window, as the quota is tuned now; 0 is no limit.</summary>
    public ulong EffectiveQuota => State.EffectiveBytes;

    /// <summary>Bytes of <see cref="EffectiveQuota"/> that are used up.</summary>
    public ulong ChargedBytes => State.Charged;

    internal QuotaState State { get; } = new();

    /// <summary>Whether a filter by kind of page has to be asked.</summary>
    public bool HasPageFilters
    {
        get
        {
            foreach (SchemeFilter filter in Filters)
            {
                if (!filter.IsCore)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Says what is wrong with the settings, or null when nothing is.</summary>
    public string? Check() => Pattern.Check() ?? Quota.Check() ?? Watermarks.Check();
}
