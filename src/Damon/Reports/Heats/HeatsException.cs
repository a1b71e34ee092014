namespace Damon.Reports.Heats;

/// <summary>What was asked for cannot be shown; the message is one line for users.</summary>
internal sealed class HeatsException : Exception
{
    /// <summary>With a message for users.</summary>
    public HeatsException(string message)
        : base(message)
    {
    }

    /// <summary>Without a message.</summary>
    public HeatsException()
    {
    }

    /// <summary>With a message and what caused it.</summary>
    public HeatsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
