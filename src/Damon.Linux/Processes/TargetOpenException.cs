namespace Damon.Linux.Processes;

/// <summary>A process that cannot be monitored; the message says why and what to do.</summary>
public sealed class TargetOpenException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence for the user.</param>
    internal TargetOpenException(string message)
        : base(message)
    {
    }
}
