using System.Diagnostics.CodeAnalysis;

namespace Damon.Monitoring;

/// <summary>The regions of one target, in address order. Its storage only grows, so that a steady state allocates nothing.</summary>
/// <remarks>Only the thread that owns the context may use it.</remarks>
public sealed class RegionList
{
    Region[] _items = new Region[16];
    int _count;

    /// <summary>Number of regions.</summary>
    public int Count => _count;

    /// <summary>The region at <paramref name="index"/>, by reference; valid until the list changes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in <c>[0, Count)</c>.</exception>
    [SuppressMessage("Design", "CA1043", Justification = "A list is indexed by number.")]
    public ref Region this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_count, nameof(index));
            return ref _items[index];
        }
    }

    /// <summary>All regions; valid until the list changes.</summary>
    public Span<Region> AsSpan() => _items.AsSpan(0, _count);

    /// <summary>Sum of the region sizes, in bytes.</summary>
    public ulong TotalSize
    {
        get
        {
            ulong sum = 0;
            foreach (ref readonly Region region in AsSpan())
            {
                sum += region.Size;
            }

            return sum;
        }
    }

    /// <summary>Appends a region. The caller keeps the order.</summary>
    public void Add(in Region region)
    {
        EnsureRoom();
        _items[_count++] = region;
    }

    /// <summary>Inserts a region before <paramref name="index"/>. The caller keeps the order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not in <c>[0, Count]</c>.</exception>
    public void Insert(int index, in Region region)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)_count, nameof(index));
        Region copy = region;
        EnsureRoom();
        _items.AsSpan(index, _count - index).CopyTo(_items.AsSpan(index + 1));
        _items[index] = copy;
        _count++;
    }

    /// <summary>Drops every region.</summary>
    public void Clear() => _count = 0;

    /// <summary>Keeps the first <paramref name="count"/> regions.</summary>
    internal void Truncate(int count) => _count = count;

    /// <summary>Makes this list the same as another one.</summary>
    internal void CopyFrom(RegionList other)
    {
        if (_items.Length < other._count)
        {
            Array.Resize(ref _items, Math.Max(_items.Length * 2, other._count));
        }

        other.AsSpan().CopyTo(_items);
        _count = other._count;
    }

    void EnsureRoom()
    {
        if (_count == _items.Length)
        {
            Array.Resize(ref _items, _count * 2);
        }
    }
}
