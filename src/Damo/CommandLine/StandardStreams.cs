using Damon.Linux.Native;

namespace Damo.CommandLine;

/// <summary>Standard input, output and error as the caller left them: shells can close each (<c>&gt;&amp;-</c>).</summary>
static class StandardStreams
{
    const int Input = 0;
    const int Output = 1;
    const int Error = 2;

    /// <summary>
    /// Puts /dev/null in the place of those that are closed. Without that, the next file that is opened would have their number, and take in what is meant for
    /// them.
    /// </summary>
    /// <returns>Which were open.</returns>
    public static (bool Input, bool Output, bool Error) Complete()
    {
        (bool, bool, bool) areOpen = (IsOpen(Input), IsOpen(Output), IsOpen(Error));
        foreach (int stream in (ReadOnlySpan<int>)[Input, Output, Error])
        {
            // open takes the lowest number that is free.
            if (LibC.fcntl(stream, LibC.F_GETFD) < 0)
            {
                // A write of a result to a closed standard output must fail, for the command of a recording too.
                _ = LibC.open("/dev/null", stream == Output ? LibC.O_RDONLY : LibC.O_RDWR);
            }
        }

        return areOpen;
    }

    /// <summary>What is closed when a program starts was not there before: the runtime opened it.</summary>
    static bool IsOpen(int stream)
    {
        int flags = LibC.fcntl(stream, LibC.F_GETFD);
        return flags >= 0 && (flags & LibC.FD_CLOEXEC) == 0;
    }
}
