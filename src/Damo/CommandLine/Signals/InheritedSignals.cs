using System.CommandLine;
using Damon.Linux.Native;

namespace Damo.CommandLine.Signals;

/// <summary>The signals that this process was started to ignore, and what it does about that.</summary>
/// <remarks>
/// <para>The runtime leaves a signal alone that is ignored when it first looks, even if a handler is registered. So <see cref="Take"/> has to come before
/// anything touches the console.</para>
/// <para>SIGPIPE is not known: the runtime ignores it before the first line of this program runs.</para>
/// </remarks>
static unsafe class InheritedSignals
{
    static readonly List<int> s_ignored = [];

    /// <summary>The signals that were ignored; processes started by this one ignore them again.</summary>
    public static IReadOnlyList<int> Ignored => s_ignored;

    /// <summary>To be called first of all.</summary>
    public static void Take()
    {
        byte* action = stackalloc byte[LibC.SigactionSize];
        for (int signal = 1; signal <= LibC.LastClassicSignal; signal++)
        {
            if (signal != LibC.SIGPIPE && LibC.sigaction(signal, null, action) == 0 && *(nint*)action == LibC.SIG_IGN)
            {
                s_ignored.Add(signal);
            }
        }

        // A shell starts what is in the background of a script with SIGINT ignored: that is no decision about this program.
        Restore(LibC.SIGINT);

        // Ignored, the kernel would throw away how a child ended.
        Restore(LibC.SIGCHLD);

        // Too large a file is a failed write like any other. Files in memory for self-tests count, too.
        _ = LibC.signal(LibC.SIGXFSZ, LibC.SIG_IGN);
    }

    /// <summary>Has a command that ends by itself ignore SIGINT again, if it was started so: a script may protect it from Ctrl+C.</summary>
    public static void LeaveTo(Command command)
    {
        if (s_ignored.Contains(LibC.SIGINT) && !RunsUntilStopped(command))
        {
            _ = LibC.signal(LibC.SIGINT, LibC.SIG_IGN);
        }
    }

    /// <summary>The beginning of a shell script that ignores what this process was started to ignore, for what the shell then executes.</summary>
    public static string ShellLine => s_ignored.Count == 0 ? "" : $"trap '' {string.Join(' ', s_ignored)}; ";

    static bool RunsUntilStopped(Command command) => command.Name is "record" or "schemes" or "demo" or "mount";

    static void Restore(int signal)
    {
        if (s_ignored.Contains(signal))
        {
            _ = LibC.signal(signal, LibC.SIG_DFL);
        }
    }
}
