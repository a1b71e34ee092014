namespace Damo.CommandLine;

/// <summary>What the process tells its caller.</summary>
enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>The work failed; one line on standard error says what, where and what to do.</summary>
    Failed = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>Interrupted by SIGINT after everything was closed properly; other signals add their number to 128 likewise.</summary>
    Interrupted = 130,
}
