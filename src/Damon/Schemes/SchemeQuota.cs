namespace Damon.Schemes;

/// <summary>How much a scheme may do in a window of time, and which regions come first when that is not enough.</summary>
public sealed record SchemeQuota
{
    /// <summary>Time for the action in each window, in milliseconds; 0 is no limit.</summary>
    public ulong TimeMs { get; init; }

    /// <summary>Bytes that the action may be tried on in each window; 0 is no limit.</summary>
    public ulong SizeBytes { get; init; }

    /// <summary>Length of a window, in milliseconds.</summary>
    public ulong ResetIntervalMs { get; init; } = ulong.MaxValue;

    /// <summary>Weight of the size when regions are ranked. Known to the interfaces, but without effect, as in the kernel.</summary>
    public uint SizeWeight { get; init; }

    /// <summary>Weight of the access frequency when regions are ranked.</summary>
    public uint NrAccessesWeight { get; init; }

    /// <summary>Weight of the age when regions are ranked.</summary>
    public uint AgeWeight { get; init; }

    /// <summary>What the quota is tuned for.</summary>
    public IReadOnlyList<QuotaGoal> Goals { get; init; } = [];

    /// <summary>How it is tuned.</summary>
    public QuotaTuner Tuner { get; init; }

    /// <summary>Together with <see cref="FailChargeDenominator"/>: the part of the bytes to charge on which the action failed.</summary>
    public uint FailChargeNumerator { get; init; }

    /// <summary>0 charges failed bytes in full.</summary>
    public uint FailChargeDenominator { get; init; }

    /// <summary>Whether there is any limit.</summary>
    public bool IsLimited => TimeMs > 0 || SizeBytes > 0 || Goals.Count > 0;

    /// <summary>Says what is wrong with the values, or null when nothing is.</summary>
    public string? Check()
    {
        foreach (QuotaGoal goal in Goals)
        {
            if (goal.TargetValue == 0)
            {
                return "the target value of a quota goal is 0, but must be above";
            }
        }

        return null;
    }
}
