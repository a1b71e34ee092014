using System.Runtime.CompilerServices;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Linux.Actions;

/// <summary>What schemes want that is impossible here: found out once for each action and each scheme, then remembered.</summary>
/// <param name="proc">Where to read of processes.</param>
/// <param name="sysRoot">Usually <c>/sys</c>.</param>
/// <param name="ofAction">Why an action is impossible in this kind of address space; null for those that are the same in all, or possible.</param>
/// <param name="ofPages">Why the pages cannot be looked at as a scheme whose action is possible wants it; null when they can.</param>
sealed class SchemeRefusals(ProcFileSystem proc, string sysRoot, Func<SchemeAction, string?> ofAction, Func<Scheme, string?> ofPages)
{
    readonly ActionSupport _support = new(proc, sysRoot);
    readonly Dictionary<SchemeAction, string?> _ofActions = [];
    readonly ConditionalWeakTable<Scheme, StrongBox<string?>> _ofSchemes = [];

    /// <summary>Why an action is impossible here; null when it is possible.</summary>
    internal string? Of(SchemeAction action)
    {
        if (!_ofActions.TryGetValue(action, out string? refusal))
        {
            refusal = ofAction(action) ?? OfMachine(action);
            _ofActions[action] = refusal;
        }

        return refusal;
    }

    /// <summary>Why a scheme, with its filters and destinations, cannot be applied here; null when it can.</summary>
    internal string? Of(Scheme scheme) =>
        _ofSchemes.GetValue(scheme, s => new StrongBox<string?>(Of(s.Action) ?? _support.DestinationRefusal(s) ?? ofPages(s))).Value;

    /// <summary>Whether a scheme has anything to do to memory, or to look for in it.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="isFiltered">Whether its filters by kind of page are still to be asked.</param>
    /// <param name="notes">Take the refusal.</param>
    internal bool LeaveWorkFor(Scheme scheme, bool isFiltered, ActionNotes notes)
    {
        if (Of(scheme) is { } refusal)
        {
            notes.Say(scheme, refusal);
            return false;
        }

        return scheme.Action != SchemeAction.Stat || isFiltered;
    }

    /// <summary>Why the filters of a scheme cannot be evaluated; null when they can.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="fault">What is missing for a filter; null when nothing is.</param>
    internal static string? OfFilters(Scheme scheme, Func<SchemeFilter, string?> fault) =>
        scheme.Filters.Select(f => fault(f) is { } missing ? $"the filter '{SchemeNames.Of(f.Kind)}' cannot be evaluated: {missing}" : null)
            .FirstOrDefault(r => r is not null);

    /// <summary>Why no page can be told to belong to the cgroup of a filter; null when that can be told.</summary>
    internal string? OfCgroup(SchemeFilter filter, Attempt<PhysicalPages> pages) =>
        pages.Fault()
        ?? (pages.Value!.KnowsCgroups ? null : $"there is no {proc.Root}/kpagecgroup, or it may not be opened; it needs CONFIG_MEMCG and root")
        ?? (CgroupFolders.Find(proc, filter.MemcgPath, out string? missing) is null ? missing : null);

    string? OfMachine(SchemeAction action) => action switch
    {
        SchemeAction.Stat => null,
        SchemeAction.LruPrio => "no system call moves pages of another process to the active lists",
        SchemeAction.MigrateHot or SchemeAction.MigrateCold => _support.MigrationRefusal(),
        SchemeAction.WillNeed => _support.AdviceRefusal(LibC.MADV_WILLNEED, "5.10"),
        SchemeAction.Cold or SchemeAction.LruDeprio => _support.AdviceRefusal(LibC.MADV_COLD, "5.10"),
        SchemeAction.PageOut => _support.AdviceRefusal(LibC.MADV_PAGEOUT, "5.10"),
        SchemeAction.Collapse => _support.AdviceRefusal(LibC.MADV_COLLAPSE, "6.1"),
        _ => null,
    };
}
