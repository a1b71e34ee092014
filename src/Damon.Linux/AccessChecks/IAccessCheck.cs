namespace Damon.Linux.AccessChecks;

/// <summary>One way of seeing whether memory was accessed, in whatever kind of address space.</summary>
interface IAccessCheck : IDisposable
{
    /// <summary>Which way.</summary>
    AccessCheckKind Kind { get; }

    /// <summary>In a few words: what it uses, for doctor and for the record.</summary>
    string Description { get; }

    /// <summary>Whether an answer is about one page, or only about a whole mapping.</summary>
    bool IsPerPage { get; }

    /// <summary>What the user should know of the accuracy of what was seen, in sentences; empty when there is nothing.</summary>
    IEnumerable<string> Notes();
}
