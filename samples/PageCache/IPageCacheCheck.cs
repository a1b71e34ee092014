using Damon.Monitoring;

namespace Damon.Samples.PageCache;

/// <summary>A way to tell whether pages of files were accessed.</summary>
interface IPageCacheCheck : IDisposable
{
    /// <summary>What the record calls it.</summary>
    string Name { get; }

    /// <summary>What it sees, for the user.</summary>
    string Sees { get; }

    /// <summary>What a reader of the figures should know now.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>The sampling addresses are chosen: accesses count from here on.</summary>
    void Prepare()
    {
    }

    /// <summary>Says of each region whether its sampling address was accessed.</summary>
    void Check(Span<Region> regions);
}
