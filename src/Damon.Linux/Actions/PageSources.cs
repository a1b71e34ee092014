namespace Damon.Linux.Actions;

/// <summary>Where <see cref="PageFilter"/> has its facts from.</summary>
/// <param name="Map">The page map of the process.</param>
/// <param name="Pages">The page frames; needed by plans that need folios.</param>
/// <param name="Young">Who knows of accesses; needed by plans that ask for that.</param>
readonly record struct PageSources(PageMap Map, PhysicalPages? Pages, YoungPages? Young);
