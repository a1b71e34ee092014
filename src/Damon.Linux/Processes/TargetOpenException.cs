namespace Damon.Linux.Processes;

/// <summary>A process that cannot be monitored; the message says why and what to do.</summary>
public sealed class TargetOpenException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One sentence for the user.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    internal TargetOpenException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
