namespace Damon.Linux.Memory;

/// <summary>Tells in which page frames the pages of a process are.</summary>
interface IFrameFinder : IDisposable
{
    /// <summary>In a few words: where it finds them.</summary>
    string Description { get; }

    /// <summary>Finds the folios that are mapped at some addresses.</summary>
    /// <param name="process">The process. Its <see cref="MonitoredProcess.AddressSpaceChanged"/> is set when it has executed another program.</param>
    /// <param name="addresses">The addresses.</param>
    /// <param name="heads">Filled with the frame of the first page of each folio; 0 where nothing is mapped, or the zero page.</param>
    /// <param name="nowNs">Now, in nanoseconds of CLOCK_MONOTONIC.</param>
    /// <returns>False when the process could not be looked at: <paramref name="heads"/> means nothing.</returns>
    bool Find(MonitoredProcess process, ReadOnlySpan<ulong> addresses, Span<ulong> heads, long nowNs);

    /// <summary>Frees what is kept for a process.</summary>
    void Forget(MonitoredProcess process);
}
