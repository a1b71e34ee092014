namespace Damon.Reports.Heats;

/// <summary>What a <see cref="HeatCell"/> holds.</summary>
enum CellState : byte
{
    /// <summary>Nothing.</summary>
    Empty,

    /// <summary>One access count, a whole number.</summary>
    Count,

    /// <summary>The mean of several.</summary>
    Mean,
}
