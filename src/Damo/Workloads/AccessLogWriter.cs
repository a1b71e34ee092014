namespace Damo.Workloads;

/// <summary>The workload's side of an access log. One thread only.</summary>
sealed unsafe class AccessLogWriter
{
    readonly byte* _memory;
    readonly int _nrRegions;
    readonly int _ringLength;

    /// <summary>Lays out a log in <paramref name="memory"/>: as long rings as fit.</summary>
    /// <param name="memory">Outlives this object.</param>
    /// <param name="regions">Sorted and disjoint.</param>
    /// <exception cref="ArgumentException">The memory is too small.</exception>
    public AccessLogWriter(SharedMemory memory, ReadOnlySpan<LoggedRegion> regions)
    {
        _memory = memory.Address;
        _nrRegions = regions.Length;
        _ringLength = AccessLogLayout.MaxRingLength;
        while (_ringLength >= AccessLogLayout.MinRingLength && AccessLogLayout.Size(_nrRegions, _ringLength) > memory.Length)
        {
            _ringLength /= 2;
        }

        if (_ringLength < AccessLogLayout.MinRingLength)
        {
            throw new ArgumentException(
                $"A log of {regions.Length} regions needs {AccessLogLayout.Size(_nrRegions, AccessLogLayout.MinRingLength)} bytes, but has "
                    + $"{memory.Length}.", nameof(
                    memory));
        }

        for (int i = 0; i < regions.Length; i++)
        {
            byte* descriptor = _memory + AccessLogLayout.DescriptorAt(i);
            *(ulong*)(descriptor + AccessLogLayout.StartOffset) = regions[i].Range.Start;
            *(ulong*)(descriptor + AccessLogLayout.EndOffset) = regions[i].Range.End;
            *(long*)(descriptor + AccessLogLayout.PeriodOffset) = regions[i].PeriodNs;
        }

        *(int*)(_memory + AccessLogLayout.NrRegionsOffset) = _nrRegions;
        *(int*)(_memory + AccessLogLayout.RingLengthOffset) = _ringLength;
        *(ulong*)(_memory + AccessLogLayout.MagicOffset) = AccessLogLayout.Magic;
    }

    /// <summary>Tells the reader that the log is in place and the accesses begin.</summary>
    public void SetReady() => Volatile.Write(ref *(int*)(_memory + AccessLogLayout.ReadyOffset), 1);

    /// <summary>A sweep of <paramref name="region"/> begins; returns only when every other CPU can see that.</summary>
    public void Begin(int region, long nowNs)
    {
        ref long count = ref Count(region);
        long* sweep = SweepAt(region, count);
        sweep[0] = nowNs;
        sweep[1] = Sweep.InProgress;
        Volatile.Write(ref count, count + 1);

        // Without it a page could be seen accessed before the sweep that touches it can be seen.
        Interlocked.MemoryBarrier();
    }

    /// <summary>The sweep of <paramref name="region"/> that was begun last ends.</summary>
    public void End(int region, long nowNs) => Volatile.Write(ref SweepAt(region, Count(region) - 1)[1], nowNs);

    /// <summary>Tells how much work a counting workload has done, and the CPU time it took.</summary>
    public void SetWork(long operations, long cpuNs)
    {
        Volatile.Write(ref *(long*)(_memory + AccessLogLayout.OperationsOffset), operations);
        Volatile.Write(ref *(long*)(_memory + AccessLogLayout.CpuNsOffset), cpuNs);
    }

    ref long Count(int region) => ref *(long*)(_memory + AccessLogLayout.DescriptorAt(region) + AccessLogLayout.CountOffset);

    long* SweepAt(int region, long index) =>
        (long*)(_memory + AccessLogLayout.RingAt(_nrRegions, _ringLength, region) + ((index & (_ringLength - 1)) * AccessLogLayout.SweepBytes));
}
