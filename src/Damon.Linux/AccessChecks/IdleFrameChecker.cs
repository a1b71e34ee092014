using System.Globalization;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Linux.AccessChecks;

/// <summary>Sees accesses to page frames with the kernel's idle page bitmap alone: as the kernel's own paddr does, whoever maps them.</summary>
/// <param name="marker">Owned by this object from now on.</param>
sealed class IdleFrameChecker(IdlePageMarker marker) : IFrameChecker
{
    ulong[] _heads = [];
    int[] _items = [];
    bool[] _idle = [];
    int _nrMarked;
    int _nrRegions;
    long _samples;
    long _unmarked;

    public AccessCheckKind Kind => AccessCheckKind.IdlePage;

    public string Description => "idle page bitmap";

    public bool IsPerPage => true;

    public void Prepare(Span<Region> regions, RandomSource random, long nowNs)
    {
        if (_heads.Length < regions.Length)
        {
            _heads = new ulong[regions.Length];
            _items = new int[regions.Length];
            _idle = new bool[regions.Length];
        }

        int count = 0;
        for (int i = 0; i < regions.Length; i++)
        {
            regions[i].SamplingAddress = random.Next(regions[i].Start, regions[i].End);
            if (marker.Flags.HeadOf(regions[i].SamplingAddress >> Page.Shift) is var head and not 0 && marker.Flags.IsOnReclaimList(head))
            {
                _heads[count] = head;
                _items[count++] = i;
            }
        }

        _nrRegions = regions.Length;
        _nrMarked = marker.Mark(_heads.AsSpan(0, count), _items.AsSpan(0, count));
        _samples += regions.Length;
        _unmarked += regions.Length - _nrMarked;
    }

    public void Check(Span<Region> regions, long nowNs)
    {
        foreach (ref Region region in regions)
        {
            region.Accessed = false;
            region.AnswerIsHeld = false;
        }

        if (regions.Length != _nrRegions)
        {
            return;
        }

        marker.Read(_heads.AsSpan(0, _nrMarked), _idle);
        for (int i = 0; i < _nrMarked; i++)
        {
            regions[_items[i]].Accessed = !_idle[i];
        }
    }

    public IEnumerable<string> Notes()
    {
        if (_unmarked > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{100.0 * _unmarked / _samples:0.0} % of the samples were of memory that is not marked idle (free, the kernel's own, hugetlb and device "
                    + $"memory, or just new): it counts as not accessed.");
        }

        if (marker.Fault != Errno.None)
        {
            yield return $"The idle page bitmap could not always be read and written: {marker.Fault.ToText()}.";
        }
    }

    public void Dispose() => marker.Dispose();
}
