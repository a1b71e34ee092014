using Damon.Linux.Native;

namespace Damo.CommandLine;

/// <summary>What it takes to work with capabilities that come from the file of the program (<c>setcap</c>).</summary>
static class FileCapabilities
{
    /// <summary>
    /// Gives this process its own files in /proc back, which belong to root where a program got capabilities from its file; the access checks try themselves on
    /// them. Who may not do what the capabilities allow still cannot trace it: that takes all capabilities that it has.
    /// </summary>
    public static void OpenOwnFiles()
    {
        // Of a program that became another user by its file, they stay root's.
        if (LibC.prctl(LibC.PR_GET_DUMPABLE, 0, 0, 0, 0) != 1 && LibC.getuid() == LibC.geteuid())
        {
            _ = LibC.prctl(LibC.PR_SET_DUMPABLE, 1, 0, 0, 0);
        }
    }
}
