using System.Diagnostics;
using Damon.Linux.Memory;
using Damon.Linux.Native;

namespace Damon.Linux.AccessChecks;

/// <summary>
/// Clears, for one process, the accessed bits that MADV_COLD cannot: of pages that are shared between processes, locked, or part of
/// a folio that cannot be taken whole.
/// </summary>
/// <remarks>
/// clear_refs walks the whole process, so it cannot come with each sample. Regions whose sampled page needs it wait, together, for
/// the next clear; then their window is as long as the cost demands, and until it ends they keep their previous answer
/// (<see cref="Monitoring.Region.AnswerIsHeld"/>). All other regions go on as usual. The cost is bounded to 1/20 of the time where
/// at least a fifth of what is accessed needs it, and to 1/100 where less does.
/// </remarks>
sealed class ClearRefsFallback : IDisposable
{
    const long LeastWindowNs = 20_000_000;
    const int CostFactor = 20;
    const int SmallShareCostFactor = 100;
    const double SmallShare = 0.2;

    readonly MonitoredProcess _process;
    ClearRefsFile? _file;
    bool _isBroken;
    long _windowEndNs;
    long _accessed;
    long _unclearable;

    internal ClearRefsFallback(MonitoredProcess process)
    {
        _process = process;
        _file = ClearRefsFile.Open(process.Folder, out Errno errno);
        OpenError = errno;
    }

    /// <summary>Why the file could not be opened.</summary>
    internal Errno OpenError { get; }

    /// <summary>Number of the window that the running or the next clear opens; regions remember for which one they wait.</summary>
    internal uint NextWindow { get; private set; } = 1;

    /// <summary>Whether a window has been opened and its answers not been taken.</summary>
    internal bool IsWindowOpen { get; private set; }

    /// <summary>Number of the window that is open.</summary>
    internal uint OpenWindow => NextWindow - 1;

    /// <summary>Whether clearing works at all.</summary>
    internal bool IsUsable => _file is not null && !_isBroken;

    /// <summary>Length of the longest window, in nanoseconds.</summary>
    internal long LongestWindowNs { get; private set; }

    /// <summary>When the last clear began and ended, in nanoseconds; the window that it opened begins there.</summary>
    internal (long StartNs, long EndNs) LastClear { get; private set; }

    /// <summary>Share of the accessed samples that MADV_COLD could not clear, in [0, 1].</summary>
    internal double UnclearableShare => _accessed == 0 ? 0 : (double)_unclearable / _accessed;

    /// <summary>Counts what one sample of the process met.</summary>
    internal void Count(int accessed, int unclearable)
    {
        _accessed += accessed;
        _unclearable += unclearable;
        if (_accessed > 1 << 20)
        {
            // Halved now and then, so that the share follows the process.
            _accessed >>= 1;
            _unclearable >>= 1;
        }
    }

    /// <summary>Whether the open window is over, so that answers can be taken.</summary>
    internal bool IsWindowOver(long nowNs) => IsWindowOpen && nowNs >= _windowEndNs;

    /// <summary>The answers of the window are taken.</summary>
    internal void CloseWindow() => IsWindowOpen = false;

    /// <summary>Clears and opens a window for all regions that wait.</summary>
    internal void Clear(long nowNs, bool onlyFiles)
    {
        long start = Stopwatch.GetTimestamp();
        if (_file is not null && _file.Folder != _process.Folder)
        {
            _file.Dispose();
            _file = ClearRefsFile.Open(_process.Folder, out _);
        }

        if (_file is null || _file.Clear(onlyFiles) != Errno.None)
        {
            _isBroken = true;
            return;
        }

        LastClear = (start, Stopwatch.GetTimestamp());

        long length = Math.Max(LeastWindowNs, _file.LastCostNs * (UnclearableShare >= SmallShare ? CostFactor : SmallShareCostFactor));
        _windowEndNs = nowNs + length;
        LongestWindowNs = Math.Max(LongestWindowNs, length);
        IsWindowOpen = true;
        NextWindow++;
    }

    public void Dispose() => _file?.Dispose();
}
