namespace Damon.Linux.Memory;

/// <summary>A way of checking accesses does not work here. The message is one line: the reason, then what would help.</summary>
sealed class AccessCheckUnavailableException(string reason, string remedy, Exception? cause = null)
    : Exception($"{reason}; {remedy}", cause)
{
    /// <summary>What did not work.</summary>
    public string Reason { get; } = reason;

    /// <summary>What the user can do about it.</summary>
    public string Remedy { get; } = remedy;
}
