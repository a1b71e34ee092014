namespace Damon.Linux.Fuse;

/// <summary>What became of the bytes of a request.</summary>
enum FuseParseResult
{
    /// <summary>All that the request needs is there.</summary>
    Ok,

    /// <summary>The header can be answered, the rest makes no sense.</summary>
    Malformed,

    /// <summary>There is not even a header.</summary>
    Unanswerable,
}
