using Damon.Linux.Memory;
using Damon.Linux.Processes;

namespace Damon.Linux.AccessChecks;

/// <summary>Finds the best access check that works here, each by a real trial on this process's own pages.</summary>
static class AccessCheckers
{
    /// <summary>The best that works, or the one asked for.</summary>
    /// <exception cref="AccessCheckUnavailableException">The one asked for does not work here, or none does.</exception>
    internal static IAccessChecker Choose(AccessCheckKind? forced)
    {
        List<string> reasons = [];
        string remedy = "";
        foreach (AccessCheckKind kind in Enum.GetValues<AccessCheckKind>())
        {
            if (forced is not null && forced != kind)
            {
                continue;
            }

            try
            {
                return Create(kind);
            }
            catch (AccessCheckUnavailableException e) when (forced is null)
            {
                reasons.Add($"{kind.Name()}: {e.Reason}");

                // The last one asks for least.
                remedy = e.Remedy;
            }
        }

        throw new AccessCheckUnavailableException($"no access check works here ({string.Join("; ", reasons)})", remedy);
    }

    /// <summary>Tries one access check.</summary>
    /// <exception cref="AccessCheckUnavailableException">It does not work here.</exception>
    internal static IAccessChecker Create(AccessCheckKind kind) => kind switch
    {
        AccessCheckKind.PageTable => CreatePageTable(),
        AccessCheckKind.IdlePage => CreateIdlePage(),
        AccessCheckKind.ClearRefs => CreateClearRefs(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not an access check."),
    };

    static PageTableChecker CreatePageTable()
    {
        PageTableWalker walker = PageTableWalker.Create();
        ColdAdvice? cold;
        string? coldUnusableBecause;
        try
        {
            cold = TryCreateCold(walker, out coldUnusableBecause);
        }
        catch
        {
            walker.Dispose();
            throw;
        }

        return new PageTableChecker(walker, cold, coldUnusableBecause, TryCreateMarker());
    }

    static IdlePageChecker CreateIdlePage()
    {
        IdlePageMarker marker = CreateMarker();
        IFrameFinder finder;
        try
        {
            finder = new WalkerFrameFinder(PageTableWalker.Create(), marker.Flags);
        }
        catch (AccessCheckUnavailableException)
        {
            finder = new PagemapFrameFinder(marker.Flags);
        }
        catch
        {
            marker.Dispose();
            throw;
        }

        return new IdlePageChecker(marker, finder);
    }

    static ClearRefsChecker CreateClearRefs()
    {
        ClearRefsChecker.SelfTest(new ProcFileSystem());
        return new ClearRefsChecker();
    }

    /// <summary>Null where it does not work, and why.</summary>
    internal static ColdAdvice? TryCreateCold(PageTableWalker walker, out string? unusableBecause)
    {
        ColdAdvice cold = new();
        try
        {
            cold.SelfTest(walker);
            unusableBecause = null;
            return cold;
        }
        catch (AccessCheckUnavailableException e)
        {
            cold.Dispose();
            unusableBecause = e.Reason;
            return null;
        }
        catch
        {
            cold.Dispose();
            throw;
        }
    }

    /// <summary>Null where there is no idle page bitmap, as on most machines.</summary>
    internal static IdlePageMarker? TryCreateMarker()
    {
        try
        {
            return CreateMarker();
        }
        catch (AccessCheckUnavailableException)
        {
            return null;
        }
    }

    /// <exception cref="AccessCheckUnavailableException">It does not work here.</exception>
    internal static IdlePageMarker CreateMarker()
    {
        IdlePageMarker marker = IdlePageMarker.Open();
        try
        {
            marker.SelfTest();
            return marker;
        }
        catch
        {
            marker.Dispose();
            throw;
        }
    }
}
