using Damon.Linux.Machine;
using Damon.Linux.Memory;
using Damon.Linux.Processes;

namespace Damon.Linux.AccessChecks;

/// <summary>Finds the best check of page frames that works here, each by a real trial.</summary>
static class FrameCheckers
{
    /// <summary>The best that works, or the one asked for.</summary>
    /// <param name="forced">The one asked for.</param>
    /// <param name="memory">Where memory is.</param>
    /// <exception cref="AccessCheckUnavailableException">The one asked for does not work here, or none does.</exception>
    internal static IFrameChecker Choose(AccessCheckKind? forced, MemoryMap memory)
    {
        if (forced is { } kind)
        {
            return Create(kind, memory);
        }

        try
        {
            return CreatePageTable(memory);
        }
        catch (AccessCheckUnavailableException first)
        {
            try
            {
                return CreateIdlePage();
            }
            catch (AccessCheckUnavailableException second)
            {
                throw new AccessCheckUnavailableException(
                    $"accesses to physical memory cannot be seen here (page-table: {first.Reason}; idle-page: {second.Reason})",
                    first.Remedy == second.Remedy ? first.Remedy : $"for page-table {first.Remedy}; for idle-page {second.Remedy}");
            }
        }
    }

    /// <summary>Tries one.</summary>
    /// <exception cref="AccessCheckUnavailableException">It does not work here.</exception>
    internal static IFrameChecker Create(AccessCheckKind kind, MemoryMap memory) => kind switch
    {
        AccessCheckKind.PageTable => CreatePageTable(memory),
        AccessCheckKind.IdlePage => CreateIdlePage(),
        _ => throw new AccessCheckUnavailableException("it is about mappings of a process, not about physical memory", "use page-table or idle-page"),
    };

    static PageTableFrameChecker CreatePageTable(MemoryMap memory)
    {
        PageTableWalker walker = PageTableWalker.Create();
        ColdAdvice? cold = null;
        IdlePageMarker? marker = null;
        try
        {
            FrameOwners frames = FrameOwners.Create(walker, memory);
            cold = AccessCheckers.TryCreateCold(walker, out string? coldUnusableBecause);
            marker = AccessCheckers.TryCreateMarker();
            if (cold is null && marker is null)
            {
                throw new AccessCheckUnavailableException(
                    $"accessed bits can be read but not cleared: {coldUnusableBecause}",
                    "it needs kernel 5.10 or later with CONFIG_ADVISE_SYSCALLS, or CONFIG_IDLE_PAGE_TRACKING");
            }

            return new PageTableFrameChecker(walker, frames, cold, coldUnusableBecause, marker, new ProcFileSystem());
        }
        catch
        {
            marker?.Dispose();
            cold?.Dispose();
            walker.Dispose();
            throw;
        }
    }

    static IdleFrameChecker CreateIdlePage() => new(AccessCheckers.CreateMarker());
}
