namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>What can be written to the <c>state</c> file of a kdamond.</summary>
enum SysfsCommand
{
    /// <summary>Start it by what its files say.</summary>
    On,

    /// <summary>Stop it.</summary>
    Off,

    /// <summary>Let it run on by what its files say now.</summary>
    Commit,

    /// <summary>Let its quotas follow what the files of their goals say now.</summary>
    CommitSchemesQuotaGoals,

    /// <summary>Bring the statistics files up to date.</summary>
    UpdateSchemesStats,

    /// <summary>Bring the sums of the tried regions up to date.</summary>
    UpdateSchemesTriedBytes,

    /// <summary>Make folders of the regions that the schemes are tried on next.</summary>
    UpdateSchemesTriedRegions,

    /// <summary>Remove those folders.</summary>
    ClearSchemesTriedRegions,

    /// <summary>Bring the files of the tuned quotas up to date.</summary>
    UpdateSchemesEffectiveQuotas,

    /// <summary>Write the tuned intervals to the files of the intervals.</summary>
    UpdateTunedIntervals,
}
