using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Damon.Samples.ManagedCache;

/// <summary>A cache that throws nothing out by itself: every entry has a slot, and every access leaves a mark there. Any thread may use it.</summary>
/// <remarks>
/// The mark is a byte of its own per slot, written without a lock and only if it is not there yet: so all that an access to a hot entry costs
/// beyond the look-up is reading a byte, and processors do not fight for the cache line. A mark that is lost or comes late does no harm,
/// monitoring samples anyway.
/// </remarks>
sealed class SlotCache<TKey, TValue> : ISlots
    where TKey : notnull
{
    readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    readonly ConcurrentQueue<int> _free;
    readonly Entry?[] _slots;
    readonly byte[] _marks;

    /// <summary>A cache of that many entries.</summary>
    public SlotCache(int capacity)
    {
        _slots = new Entry?[capacity];
        _marks = new byte[capacity];

        // First in, first out: what is loaded together lies together, which is what regions live by.
        _free = new ConcurrentQueue<int>(Enumerable.Range(0, capacity));
    }

    /// <inheritdoc/>
    public int Capacity => _slots.Length;

    /// <summary>Number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Looks up an entry.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_entries.TryGetValue(key, out Entry? entry))
        {
            Mark(entry.Slot);
            value = entry.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Adds an entry.</summary>
    /// <returns>False when it was there, or when no slot is free: it is the monitor's work to make room.</returns>
    public bool TryAdd(TKey key, TValue value)
    {
        if (!_free.TryDequeue(out int slot))
        {
            return false;
        }

        Entry entry = new(key, value, slot);
        Mark(slot);
        if (!_entries.TryAdd(key, entry))
        {
            _free.Enqueue(slot);
            return false;
        }

        // Last: what can be found in a slot can be evicted, and that must take it out of the dictionary, too.
        Volatile.Write(ref _slots[slot], entry);
        return true;
    }

    /// <inheritdoc/>
    public bool IsMarked(int slot) => Volatile.Read(ref _marks[slot]) != 0;

    /// <inheritdoc/>
    public void ClearMark(int slot) => Volatile.Write(ref _marks[slot], 0);

    /// <inheritdoc/>
    public bool Evict(int slot)
    {
        if (Interlocked.Exchange(ref _slots[slot], null) is not { } entry)
        {
            return false;
        }

        _ = _entries.TryRemove(new KeyValuePair<TKey, Entry>(entry.Key, entry));
        _free.Enqueue(slot);
        return true;
    }

    void Mark(int slot)
    {
        if (_marks[slot] == 0)
        {
            _marks[slot] = 1;
        }
    }

    // It never changes: who has found it may use it while it is evicted.
    sealed record Entry(TKey Key, TValue Value, int Slot);
}
