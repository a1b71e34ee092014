using Damon.Monitoring;

namespace Damon.Reports.Heats;

/// <summary>What part of a record <c>report heats</c> is to show, as asked for. As in the first tool, 0 counts as not asked for.</summary>
sealed record HeatsRequest
{
    /// <summary>The target; 0 for the one with most memory.</summary>
    public Int128 TargetId { get; init; }

    /// <summary>Which of the targets with this id; of the one with most memory where the guides fill in.</summary>
    public int Instance { get; init; }

    /// <summary>Number of rows.</summary>
    public int TimeCells { get; init; } = 500;

    /// <summary>Number of cells per row.</summary>
    public int AddressCells { get; init; } = 500;

    /// <summary>From this time on, in nanoseconds; 0 for the target's first snapshot.</summary>
    public long StartNs { get; init; }

    /// <summary>Up to this time; 0 for the target's last snapshot.</summary>
    public long EndNs { get; init; }

    /// <summary>From this address on; 0 for an area of the guide, and then that goes for <see cref="EndAddress"/> too.</summary>
    public ulong StartAddress { get; init; }

    /// <summary>Up to this address; 0 for an area of the guide, and then that goes for <see cref="StartAddress"/> too.</summary>
    public ulong EndAddress { get; init; }

    /// <summary>Whether the guide chooses the area.</summary>
    public bool IsAnywhere => StartAddress == 0 || EndAddress == 0;

    /// <summary>The guide of the target asked for.</summary>
    /// <exception cref="HeatsException">No guide is of the target.</exception>
    public HeatsGuide Choose(IReadOnlyList<HeatsGuide> guides)
    {
        ArgumentNullException.ThrowIfNull(guides);
        return guides.FirstOrDefault(g => TargetId == 0 || g.TargetId == TargetId)
            ?? throw new HeatsException(guides.Count == 0 ? "no snapshot names a target" : $"there is no target {TargetId}; there is {Names(guides)}");
    }

    /// <summary>Fills in what is not asked for.</summary>
    /// <param name="guide">The guide of the target.</param>
    /// <param name="area">The area taken where none is asked for, such as <see cref="HeatsGuide.Largest"/>.</param>
    public HeatsRequest Complete(HeatsGuide guide, AddressRange area)
    {
        ArgumentNullException.ThrowIfNull(guide);
        return this with
        {
            TargetId = guide.TargetId,
            Instance = guide.Instance,
            StartNs = StartNs == 0 ? guide.StartNs : StartNs,
            EndNs = EndNs == 0 ? guide.EndNs : EndNs,
            StartAddress = IsAnywhere ? area.Start : StartAddress,
            EndAddress = IsAnywhere ? area.End : EndAddress,
        };
    }

    static string Names(IReadOnlyList<HeatsGuide> guides)
    {
        const int Most = 5;
        string names = string.Join(", ", guides.Take(Most).Select(g => g.TargetId));
        return guides.Count > Most ? $"{names} and {guides.Count - Most} more" : names;
    }
}
