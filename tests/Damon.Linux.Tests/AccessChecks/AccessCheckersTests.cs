using Damon.Linux.AccessChecks;
using Damon.Linux.Memory;
using Damon.Linux.Processes;

namespace Damon.Linux.Tests.AccessChecks;

/// <summary>What works depends on the machine, but it either works or says plainly why not.</summary>
public sealed class AccessCheckersTests
{
    [Fact]
    public void Clear_refs_works_on_own_processes() => ClearRefsChecker.SelfTest(new ProcFileSystem());

    [Fact]
    public void Clear_refs_without_proc_says_so()
    {
        using TemporaryFolder folder = new();
        AccessCheckUnavailableException e = Assert.Throws<AccessCheckUnavailableException>(() => ClearRefsChecker.SelfTest(new ProcFileSystem(folder.Path)));
        Assert.Contains("CONFIG_PROC_PAGE_MONITOR", e.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_idle_page_check_works_or_says_what_is_missing()
    {
        if (File.Exists("/sys/kernel/mm/page_idle/bitmap"))
        {
            using IAccessChecker checker = AccessCheckers.Create(AccessCheckKind.IdlePage);
            Assert.Equal(AccessCheckKind.IdlePage, checker.Kind);
            return;
        }

        AccessCheckUnavailableException e = Assert.Throws<AccessCheckUnavailableException>(() => AccessCheckers.Create(AccessCheckKind.IdlePage));
        Assert.Contains("CONFIG_IDLE_PAGE_TRACKING", e.Message, StringComparison.Ordinal);
    }
}
