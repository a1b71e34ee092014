using System.Collections.Immutable;
using Damon.Monitoring;

namespace Damon.Simulation;

/// <summary>
/// The script of a simulated address space: what is mapped when, and in phases that follow each other, what is accessed how often.
/// Immutable; the same script always gives the same accesses.
/// </summary>
/// <remarks>All times are counted from the start of the simulation. See <see cref="Parse"/> for the text form.</remarks>
public sealed partial class SimulatedPattern
{
    /// <summary>Most mappings, phases and accesses together: what is mapped is worked out for each change beforehand.</summary>
    public const int MaxItems = 1_000;

    /// <summary>Longest time in a script, in microseconds: a hundred years. Nanoseconds of it still fit into 64 bits.</summary>
    public const long MaxTimeUs = 100L * 365 * 24 * 3600 * 1_000_000;

    readonly SimulatedAccess[][] _accesses;
    readonly long[] _phaseEndNs;
    readonly long[] _epochStartNs;
    readonly AddressRange[][] _epochs;

    /// <summary>Makes a script.</summary>
    /// <param name="mappings">What is mapped when; where mappings overlap, memory is mapped while any of them is.</param>
    /// <param name="phases">What is accessed, one phase after the other. The last one stays unless <paramref name="repeats"/> is set. None: no
    /// accesses.</param>
    /// <param name="repeats">Whether the first phase follows the last one.</param>
    /// <param name="diesAtUs">When the address space goes away, in microseconds; null for never.</param>
    /// <exception cref="ArgumentException">A range is empty, a time is out of range, accesses of one phase overlap, or there are more than
    /// <see cref="MaxItems"/>.</exception>
    public SimulatedPattern(
        IEnumerable<SimulatedMapping> mappings,
        IEnumerable<SimulatedPhase> phases,
        bool repeats = false,
        long? diesAtUs = null)
    {
        Mappings = [.. mappings];
        Phases = [.. phases];
        Repeats = repeats;
        DiesAtUs = diesAtUs;
        if (Fault(Mappings, Phases, DiesAtUs) is { } fault)
        {
            throw new ArgumentException($"In a simulated pattern, {fault}.", nameof(phases));
        }

        _accesses = [.. Phases.Select(phase => phase.Accesses.OrderBy(access => access.Range.Start).ToArray())];
        _phaseEndNs = new long[Phases.Length];
        long end = 0;
        for (int i = 0; i < Phases.Length; i++)
        {
            end += Phases[i].DurationUs * 1000;
            _phaseEndNs[i] = end;
        }

        _epochStartNs = [.. Mappings
            .SelectMany(mapping => new[] { mapping.FromUs, mapping.UntilUs })
            .Append(0)
            .Where(us => us != SimulatedMapping.Forever)
            .Select(us => us * 1000)
            .Distinct()
            .Order()];
        _epochs = [.. _epochStartNs.Select(Union)];
    }

    /// <summary>What is mapped when.</summary>
    public ImmutableArray<SimulatedMapping> Mappings { get; }

    /// <summary>What is accessed, one phase after the other.</summary>
    public ImmutableArray<SimulatedPhase> Phases { get; }

    /// <summary>Whether the first phase follows the last one; otherwise the last one stays.</summary>
    public bool Repeats { get; }

    /// <summary>When the address space goes away, in microseconds; null for never.</summary>
    public long? DiesAtUs { get; }

    /// <summary>Whether the address space is there.</summary>
    /// <param name="ns">Nanoseconds from the start.</param>
    public bool IsAlive(long ns) => DiesAtUs is not { } us || ns < us * 1000;

    /// <summary>What is mapped: ascending, neither overlapping nor touching.</summary>
    /// <param name="ns">Nanoseconds from the start.</param>
    public ReadOnlySpan<AddressRange> MappedAt(long ns)
    {
        int index = Array.BinarySearch(_epochStartNs, Math.Max(ns, 0));
        return _epochs[index >= 0 ? index : ~index - 1];
    }

    /// <summary>What is being accessed, in address order: the truth that monitoring should find.</summary>
    /// <param name="ns">Nanoseconds from the start.</param>
    public ReadOnlySpan<SimulatedAccess> AccessesAt(long ns) =>
        _accesses.Length == 0 ? [] : _accesses[PhaseAt(Math.Max(ns, 0), out _, out _)];

    /// <summary>Whether the byte at <paramref name="address"/> is accessed in <c>[fromNs, untilNs)</c> and mapped at the end.</summary>
    /// <remarks>Costs a binary search in each phase that the time touches, and one in what is mapped.</remarks>
    public bool IsAccessed(ulong address, long fromNs, long untilNs)
    {
        if (_accesses.Length == 0 || untilNs <= fromNs || !IsMapped(MappedAt(untilNs), address))
        {
            return false;
        }

        // More than two rounds tell nothing new, and a short script must not make a long sample slow.
        long round = _phaseEndNs[^1];
        long from = Math.Max(fromNs, 0);
        if (Repeats && untilNs - from > 2 * round)
        {
            from = untilNs - (2 * round);
        }

        while (from < untilNs)
        {
            int phase = PhaseAt(from, out long startNs, out long endNs);
            long until = Math.Min(untilNs, endNs);
            if (Find(_accesses[phase], address) is { } access && access.HappensIn(from - startNs, until - startNs))
            {
                return true;
            }

            from = until;
        }

        return false;
    }

    static bool IsMapped(ReadOnlySpan<AddressRange> ranges, ulong address)
    {
        int low = 0;
        int high = ranges.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (ranges[middle].End <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < ranges.Length && ranges[low].Contains(address);
    }

    static SimulatedAccess? Find(SimulatedAccess[] accesses, ulong address)
    {
        int low = 0;
        int high = accesses.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (accesses[middle].Range.End <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < accesses.Length && accesses[low].Range.Contains(address) ? accesses[low] : null;
    }

    int PhaseAt(long ns, out long startNs, out long endNs)
    {
        long round = _phaseEndNs[^1];
        long roundStart = Repeats ? ns / round * round : 0;
        int index = Array.BinarySearch(_phaseEndNs, ns - roundStart);
        index = index >= 0 ? index + 1 : ~index;
        bool last = index >= _phaseEndNs.Length - 1;
        index = Math.Min(index, _phaseEndNs.Length - 1);
        startNs = roundStart + (index == 0 ? 0 : _phaseEndNs[index - 1]);
        endNs = last && !Repeats ? long.MaxValue : roundStart + _phaseEndNs[index];
        return index;
    }

    AddressRange[] Union(long ns)
    {
        List<AddressRange> union = [];
        foreach (AddressRange range in Mappings
            .Where(mapping => mapping.FromUs * 1000 <= ns && (mapping.UntilUs == SimulatedMapping.Forever || ns < mapping.UntilUs * 1000))
            .Select(mapping => mapping.Range)
            .OrderBy(range => range.Start))
        {
            if (union.Count > 0 && range.Start <= union[^1].End)
            {
                union[^1] = new(union[^1].Start, Math.Max(union[^1].End, range.End));
            }
            else
            {
                union.Add(range);
            }
        }

        return [.. union];
    }

    static string? Fault(ImmutableArray<SimulatedMapping> mappings, ImmutableArray<SimulatedPhase> phases, long? diesAtUs)
    {
        int items = mappings.Length + phases.Length + phases.Sum(phase => phase.Accesses.Length);
        if (items > MaxItems)
        {
            return $"there are {items} mappings, phases and accesses, but must not be more than {MaxItems}";
        }

        if (diesAtUs is < 0 or > MaxTimeUs)
        {
            return $"the address space dies at {diesAtUs} us, but must die between 0 and {MaxTimeUs} us";
        }

        // Each term is checked before it is added to, so the sum cannot overflow.
        long totalUs = 0;
        foreach (SimulatedPhase phase in phases)
        {
            if (Fault(phase) is { } fault)
            {
                return fault;
            }

            totalUs += phase.DurationUs;
            if (totalUs > MaxTimeUs)
            {
                return $"the phases last more than {MaxTimeUs} us together";
            }
        }

        return mappings.Select(Fault).FirstOrDefault(fault => fault is not null);
    }

    static string? Fault(SimulatedMapping mapping)
    {
        if (mapping.Range.IsEmpty)
        {
            return $"the mapping {mapping.Range} is empty";
        }

        bool isForever = mapping.UntilUs == SimulatedMapping.Forever;
        return mapping.FromUs is < 0 or > MaxTimeUs || mapping.UntilUs <= mapping.FromUs || (!isForever && mapping.UntilUs > MaxTimeUs)
            ? $"the mapping {mapping.Range} lasts from {mapping.FromUs} us until {mapping.UntilUs} us, but must begin at 0 or later and end after that, "
                + $"within {MaxTimeUs} us"
            : null;
    }

    static string? Fault(SimulatedPhase phase)
    {
        if (phase.DurationUs is <= 0 or > MaxTimeUs)
        {
            return $"a phase lasts {phase.DurationUs} us, but must last 1 to {MaxTimeUs} us";
        }

        ulong previousEnd = 0;
        foreach (SimulatedAccess access in phase.Accesses.OrderBy(access => access.Range.Start))
        {
            if (access.Range.IsEmpty)
            {
                return $"the access to {access.Range} is to nothing";
            }

            if (access.PeriodUs is < 0 or > MaxTimeUs)
            {
                return $"the access to {access.Range} has a period of {access.PeriodUs} us, but must have one of 0 to {MaxTimeUs} us";
            }

            if (access.Range.Start < previousEnd)
            {
                return $"the access to {access.Range} overlaps another one of the same phase";
            }

            previousEnd = access.Range.End;
        }

        return null;
    }
}
