using System.Diagnostics;
using System.Globalization;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Native;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Linux.KernelDamon.Sysfs;

/// <summary>Snapshots out of the regions that schemes of the kind <c>stat</c> were tried on, which match everything and are there only for that.</summary>
/// <remarks>The files do not tell the targets of regions. With several targets there is a scheme for each, which is limited to it by a filter.</remarks>
sealed class TriedRegionsSource : ISnapshotSource
{
    readonly SysfsKdamond _kdamond;
    readonly IReadOnlyList<Int128> _ids;
    readonly int _firstScheme;
    readonly ulong _unit;
    readonly RunWait _wait;
    readonly TimeSpan _pause;
    readonly Func<long> _now;
    long _nrMissed;

    /// <summary>A source for a kdamond that has the schemes of <see cref="Schemes"/> behind others.</summary>
    /// <param name="kdamond">The kdamond.</param>
    /// <param name="ids">What users know the targets by.</param>
    /// <param name="firstScheme">The number of the first of the schemes.</param>
    /// <param name="wait">Waits for the next aggregation interval.</param>
    /// <param name="aggregationUs">Length of that.</param>
    /// <param name="unit">Bytes of a unit of addresses.</param>
    /// <param name="now">Nanoseconds of the monotonic clock; null for real time.</param>
    public TriedRegionsSource(
        SysfsKdamond kdamond,
        IReadOnlyList<Int128> ids,
        int firstScheme,
        RunWait wait,
        ulong aggregationUs,
        ulong unit = 1,
        Func<long>? now = null)
    {
        _kdamond = kdamond;
        _ids = ids;
        _firstScheme = firstScheme;
        _wait = wait;
        _unit = unit;

        // Short, or each second interval is missed; not at once, since other commands want their turn, too.
        _pause = TimeSpan.FromMicroseconds(Math.Clamp(aggregationUs / 4, 1_000, 60_000_000));
        _now = now ?? Stopwatch.GetTimestamp;
    }

    /// <inheritdoc/>
    public string Description => "snapshots from the regions that a scheme of the kind stat is tried on";

    /// <summary>The schemes that find all regions of a number of targets.</summary>
    public static IEnumerable<Scheme> Schemes(int targets)
    {
        for (int i = 0; i < targets; i++)
        {
            yield return new Scheme
            {
                Action = SchemeAction.Stat,
                Filters = targets == 1 ? [] : [new SchemeFilter { Kind = SchemeFilterKind.Target, TargetIndex = i, Matching = false }],
            };
        }
    }

    /// <inheritdoc/>
    public bool Next(Snapshot snapshot)
    {
        while (true)
        {
            if (!_wait.Pause(_pause))
            {
                return false;
            }

            try
            {
                // The command itself waits until the schemes are tried the next time.
                _kdamond.Do(SysfsCommand.UpdateSchemesTriedRegions);
                snapshot.Reset(_now());
                for (int i = 0; i < _ids.Count; i++)
                {
                    snapshot.AddTarget(_ids[i]);
                    _kdamond.AddTriedRegions(_firstScheme + i, snapshot, _unit);
                }

                return true;
            }
            catch (KernelDamonException e) when (e.Errno is Errno.EBUSY)
            {
                _nrMissed++;
            }
            catch (KernelDamonException) when (!_wait.Pause(TimeSpan.FromMilliseconds(1)))
            {
                // It ended between the look and the command.
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Notes()
    {
        if (_nrMissed > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{_nrMissed} snapshots were left out because the kernel's DAMON was busy with other commands");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The folders of the regions go with the kdamond.
    }
}
