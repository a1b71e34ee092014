namespace Damon.Linux.Tests.AccessChecks;

static class Touched
{
    /// <summary>
    /// Pages just touched must be seen as young, but for a few: reclaim, and a kernel that monitors itself, clear bits of any
    /// process at any time.
    /// </summary>
    public static void AssertSeen(int touched, int young) => Assert.InRange(young, touched - 1 - touched / 20, touched);
}
