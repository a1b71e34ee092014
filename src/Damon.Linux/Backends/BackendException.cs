namespace Damon.Linux.Backends;

/// <summary>A backend cannot do what was asked, or failed on the way; the message is one line for the user: what, where, and what to do.</summary>
public class BackendException : Exception
{
    internal BackendException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
