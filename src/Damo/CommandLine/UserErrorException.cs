namespace Damo.CommandLine;

/// <summary>An expected failure: its message is the one line the user sees.</summary>
sealed class UserErrorException(string message, ExitCode exitCode = ExitCode.Failed) : Exception(message)
{
    /// <summary>What the process ends with.</summary>
    public ExitCode ExitCode { get; } = exitCode;

    /// <summary>A value on the command line is wrong.</summary>
    public static UserErrorException Usage(string message) => new(message, ExitCode.Usage);
}
