namespace Damon.Reports.Access;

/// <summary>One key of an order of regions.</summary>
/// <param name="Key">The value compared.</param>
/// <param name="Descending">Whether the greatest comes first.</param>
readonly record struct AccessSortOrder(AccessSortKey Key, bool Descending)
{
    internal int Compare(in AccessRegion x, in AccessRegion y)
    {
        int order = Key switch
        {
            AccessSortKey.AccessRate => x.Region.NrAccesses.CompareTo(y.Region.NrAccesses),
            AccessSortKey.Age => x.Region.Age.CompareTo(y.Region.Age),
            AccessSortKey.Size => x.Region.Size.CompareTo(y.Region.Size),
            AccessSortKey.Temperature => x.Temperature.CompareTo(y.Temperature),
            _ => x.Region.Start.CompareTo(y.Region.Start),
        };
        return Descending ? -order : order;
    }
}
