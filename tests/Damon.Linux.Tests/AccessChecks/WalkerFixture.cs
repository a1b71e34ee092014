using Damon.Linux.Memory;

namespace Damon.Linux.Tests.AccessChecks;

/// <summary>Makes walkers, or skips the test with the reason why there are none here.</summary>
static class WalkerFixture
{
    public static PageTableWalker Create(
        WalkerProgramKind kind = WalkerProgramKind.Auto, KernelReadKind read = KernelReadKind.Auto, bool loopHelper = true, bool taskFilter = true)
    {
        try
        {
            return PageTableWalker.Create(kind, read, new WalkerOptions { UseLoopHelper = loopHelper, UseTaskFilter = taskFilter });
        }
        catch (AccessCheckUnavailableException e) when (Environment.GetEnvironmentVariable("DAMON_TESTS_MAY_NOT_SKIP") is null)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
