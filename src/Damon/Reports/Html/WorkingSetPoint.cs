namespace Damon.Reports.Html;

/// <summary>The working set size of one or more snapshots.</summary>
/// <param name="StartNs">When the first of them began.</param>
/// <param name="EndNs">When the last of them ended.</param>
/// <param name="Least">Least size in bytes.</param>
/// <param name="Greatest">Greatest size in bytes.</param>
readonly record struct WorkingSetPoint(long StartNs, long EndNs, ulong Least, ulong Greatest)
{
    /// <summary>This one and a later one as one.</summary>
    public WorkingSetPoint With(WorkingSetPoint later) =>
        new(StartNs, Math.Max(EndNs, later.EndNs), Math.Min(Least, later.Least), Math.Max(Greatest, later.Greatest));
}
