using Damon.Schemes;

namespace Damon.Linux.Actions;

/// <summary>The filters of a scheme that look at pages, made ready.</summary>
sealed class PageFilterPlan
{
    readonly SchemeFilter[] _filters;
    readonly ulong[] _cgroups;
    readonly bool _passesByDefault;

    /// <summary>Makes the plan of a scheme.</summary>
    /// <param name="filters">All its filters.</param>
    /// <param name="inodeOf">The inode of the memory cgroup of a path; null when there is none.</param>
    internal PageFilterPlan(IReadOnlyList<SchemeFilter> filters, Func<string?, ulong?> inodeOf)
    {
        _filters = [.. filters.Where(f => !f.IsCore)];

        // No page is charged to inode 0.
        _cgroups = [.. _filters.Select(f => f.Kind == SchemeFilterKind.Memcg ? inodeOf(f.MemcgPath) ?? ulong.MaxValue : 0)];
        _passesByDefault = !CoreFilters.RejectsByDefault(filters).Page;
        NeedsFolios = Has(SchemeFilterKind.Active) || Has(SchemeFilterKind.HugePageSize) || Has(SchemeFilterKind.Memcg);
        NeedsCgroups = Has(SchemeFilterKind.Memcg);
        NeedsYoung = Has(SchemeFilterKind.Young);
    }

    /// <summary>Whether <see cref="PageFacts.FolioSize"/> and <see cref="PageFacts.IsActive"/>, or what else belongs to the folio, counts.</summary>
    internal bool NeedsFolios { get; }

    /// <summary>Whether <see cref="PageFacts.Cgroup"/> counts.</summary>
    internal bool NeedsCgroups { get; }

    /// <summary>Whether <see cref="PageFacts.IsYoung"/> counts.</summary>
    internal bool NeedsYoung { get; }

    /// <summary>Whether a page that is there passes: the first filter that matches decides.</summary>
    internal bool Passes(in PageFacts page)
    {
        for (int i = 0; i < _filters.Length; i++)
        {
            SchemeFilter filter = _filters[i];
            bool isMeant = filter.Kind switch
            {
                SchemeFilterKind.Anonymous => page.IsAnonymous,
                SchemeFilterKind.Active => page.IsActive,
                SchemeFilterKind.Memcg => page.Cgroup == _cgroups[i],
                SchemeFilterKind.Young => page.IsYoung,
                SchemeFilterKind.HugePageSize => page.FolioSize >= filter.MinSize && page.FolioSize <= filter.MaxSize,
                SchemeFilterKind.Unmapped => page.IsUnmapped,
                _ => false,
            };
            if (isMeant == filter.Matching)
            {
                return filter.Allow;
            }
        }

        return _passesByDefault;
    }

    bool Has(SchemeFilterKind kind) => _filters.Any(f => f.Kind == kind);
}
