namespace Damo.Workloads;

/// <summary>What the log says of one region and one sampling window.</summary>
enum SweepVerdict
{
    /// <summary>No page of it was touched in the window.</summary>
    NotAccessed,

    /// <summary>Every page of it was touched in the window.</summary>
    Accessed,

    /// <summary>Some pages may have been touched, or the log does not reach back so far.</summary>
    Unknown,
}
