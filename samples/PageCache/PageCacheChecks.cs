namespace Damon.Samples.PageCache;

/// <summary>Chooses a check: the one that sees most of those that pass their self-tests.</summary>
static class PageCacheChecks
{
    /// <summary>What users may ask for.</summary>
    public static readonly string[] Kinds = ["auto", "accesses", "residency"];

    /// <summary>Makes the best check.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="space">The files.</param>
    /// <param name="tracefs">Where tracefs is mounted.</param>
    /// <param name="reasons">Why better ones were passed over.</param>
    /// <exception cref="CheckUnavailableException">None works.</exception>
    public static IPageCacheCheck Choose(string kind, FileSpace space, string tracefs, out IReadOnlyList<string> reasons)
    {
        List<Func<IPageCacheCheck>> candidates = [];
        if (kind is not "residency")
        {
            candidates.Add(() => FilemapCheck.Create(space, tracefs));
        }

        if (kind is not "accesses")
        {
            candidates.Add(() => CachestatCheck.Create(space));
            candidates.Add(() => MincoreCheck.Create(space));
        }

        List<string> failed = [];
        reasons = failed;
        foreach (Func<IPageCacheCheck> candidate in candidates)
        {
            try
            {
                return candidate();
            }
            catch (CheckUnavailableException e)
            {
                failed.Add(e.Message);
            }
        }

        throw new CheckUnavailableException(string.Join("; ", failed));
    }
}
