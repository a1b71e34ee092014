using Damon.Monitoring;

namespace Damo.Workloads;

/// <summary>
/// What a workload did and when, read while it goes on. The other process is not trusted: what does not change is checked once and
/// copied, what changes is read with bounds.
/// </summary>
sealed unsafe class AccessLog : IAccessTruth
{
    readonly byte* _memory;
    readonly int _ringLength;
    readonly LoggedRegion[] _regions;

    /// <param name="memory">A log that is ready, see <see cref="IsReady"/>; outlives this object.</param>
    /// <exception cref="InvalidDataException">It is no access log, or a broken one.</exception>
    public AccessLog(SharedMemory memory)
    {
        _memory = memory.Address;
        if (memory.Length < AccessLogLayout.HeaderBytes)
        {
            throw new InvalidDataException($"The access log has {memory.Length} bytes, but its header alone has {AccessLogLayout.HeaderBytes}.");
        }

        ulong magic = *(ulong*)(_memory + AccessLogLayout.MagicOffset);
        if (magic != AccessLogLayout.Magic)
        {
            throw new InvalidDataException($"The access log begins with {magic:x16}, but must begin with {AccessLogLayout.Magic:x16}.");
        }

        int nrRegions = *(int*)(_memory + AccessLogLayout.NrRegionsOffset);
        if (nrRegions is < 1 or > AccessLogLayout.MaxNrRegions)
        {
            throw new InvalidDataException(
                $"The access log has {nrRegions} regions at offset {AccessLogLayout.NrRegionsOffset}, but must have 1 to {AccessLogLayout.MaxNrRegions}.");
        }

        _ringLength = *(int*)(_memory + AccessLogLayout.RingLengthOffset);
        if (_ringLength is < AccessLogLayout.MinRingLength or > AccessLogLayout.MaxRingLength || !int.IsPow2(_ringLength))
        {
            throw new InvalidDataException(
                $"The access log has rings of {_ringLength} at offset {AccessLogLayout.RingLengthOffset}, but must have a power of two from "
                    + $"{AccessLogLayout.MinRingLength} to {AccessLogLayout.MaxRingLength}.");
        }

        long size = AccessLogLayout.Size(nrRegions, _ringLength);
        if (size > memory.Length)
        {
            throw new InvalidDataException($"The access log has {memory.Length} bytes, but {nrRegions} rings of {_ringLength} need {size}.");
        }

        _regions = new LoggedRegion[nrRegions];
        ulong end = 0;
        for (int i = 0; i < nrRegions; i++)
        {
            byte* descriptor = _memory + AccessLogLayout.DescriptorAt(i);
            AddressRange range = new(*(ulong*)(descriptor + AccessLogLayout.StartOffset), *(ulong*)(descriptor + AccessLogLayout.EndOffset));
            long period = *(long*)(descriptor + AccessLogLayout.PeriodOffset);
            if (range.IsEmpty || range.Start < end || period < LoggedRegion.Varies)
            {
                throw new InvalidDataException(
                    $"Region {i} of the access log, {range} every {period} ns at offset {AccessLogLayout.DescriptorAt(i)}, is empty, out of order or has no "
                        + "valid period.");
            }

            end = range.End;
            _regions[i] = new LoggedRegion(range, period);
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<LoggedRegion> Regions => _regions;

    /// <summary>From the first region to the last.</summary>
    public AddressRange Range => new(_regions[0].Range.Start, _regions[^1].Range.End);

    /// <summary>Operations that a counting workload has done.</summary>
    public long Operations => Volatile.Read(ref *(long*)(_memory + AccessLogLayout.OperationsOffset));

    /// <summary>CPU time of the workload's thread for <see cref="Operations"/>, in nanoseconds.</summary>
    public long CpuNs => Volatile.Read(ref *(long*)(_memory + AccessLogLayout.CpuNsOffset));

    /// <summary>Whether the workload has laid out its log in <paramref name="memory"/> and begun.</summary>
    public static bool IsReady(SharedMemory memory) =>
        memory.Length >= AccessLogLayout.HeaderBytes && Volatile.Read(ref *(int*)(memory.Address + AccessLogLayout.ReadyOffset)) != 0;

    /// <summary>Sweeps of a region that were begun so far; below 0 only in a broken log.</summary>
    public long NrSweeps(int region) =>
        Volatile.Read(ref *(long*)(_memory + AccessLogLayout.DescriptorAt(CheckIndex(region)) + AccessLogLayout.CountOffset));

    /// <inheritdoc/>
    /// <remarks>
    /// Accessed when a whole sweep lies in [PrepareEnd, CheckStart], not accessed when none touches [PrepareStart, CheckEnd]; bounds
    /// belong to the windows.
    /// </remarks>
    public SweepVerdict Judge(int region, in SamplingWindow window)
    {
        long count = NrSweeps(region);
        int readable = _ringLength - AccessLogLayout.RingMargin;
        long oldest = Math.Max(0, count - readable);
        long* ring = (long*)(_memory + AccessLogLayout.RingAt(_regions.Length, _ringLength, region));
        bool whole = false;
        bool touched = count < 0;
        bool complete = oldest == 0;
        long index = count;
        while (index > oldest)
        {
            index--;
            long* entry = ring + ((index & (_ringLength - 1)) * 2);
            Sweep sweep = new(Volatile.Read(ref entry[0]), Volatile.Read(ref entry[1]));
            if (sweep.EndNs < sweep.StartNs)
            {
                touched = true;
                break;
            }

            // Sweeps of a region follow one another: the ones before ended before, too.
            if (sweep.EndNs < window.PrepareStartNs)
            {
                complete = true;
                break;
            }

            if (sweep.StartNs >= window.PrepareEndNs && sweep.EndNs <= window.CheckStartNs)
            {
                whole = true;
                break;
            }

            touched |= sweep.StartNs <= window.CheckEndNs;
        }

        bool overwritten = NrSweeps(region) - index > readable;
        return whole && !overwritten ? SweepVerdict.Accessed
            : whole || touched || overwritten || !complete ? SweepVerdict.Unknown
            : SweepVerdict.NotAccessed;
    }

    int CheckIndex(int region)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)region, (uint)_regions.Length, nameof(region));
        return region;
    }
}
