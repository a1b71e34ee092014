namespace Damon.Schemes.Replay;

/// <summary>Disjoint ranges of addresses, each with a number; in order, found by binary search.</summary>
sealed class RangeMap
{
    readonly List<Entry> _entries = [];

    /// <summary>Number of ranges.</summary>
    public int Count => _entries.Count;

    /// <summary>Bytes of all ranges.</summary>
    public ulong Bytes
    {
        get
        {
            ulong sum = 0;
            foreach (Entry entry in _entries)
            {
                sum += entry.Size;
            }

            return sum;
        }
    }

    /// <summary>Gives <c>[start, end)</c> a number, whatever it had before.</summary>
    public void Set(ulong start, ulong end, long value)
    {
        Remove(start, end);
        int at = FirstEndingAfter(start);

        // What is done page by page, region by region, would else be as many ranges for ever.
        bool joinsLeft = at > 0 && _entries[at - 1].End == start && _entries[at - 1].Value == value;
        if (joinsLeft)
        {
            _entries[at - 1] = _entries[at - 1] with { End = end };
        }
        else
        {
            _entries.Insert(at, new Entry(start, end, value));
        }
    }

    /// <summary>Gives those parts of <c>[start, end)</c> a number that have none.</summary>
    public void Fill(ulong start, ulong end, long value)
    {
        int at = FirstEndingAfter(start);
        ulong from = start;
        while (from < end)
        {
            bool isLast = at == _entries.Count || _entries[at].Start >= end;
            ulong to = isLast ? end : _entries[at].Start;
            ulong next = isLast ? end : _entries[at].End;
            if (from < to)
            {
                int before = _entries.Count;
                Set(from, to, value);

                // The new range went in front of the one that it ends at, or was joined to the one before.
                at += _entries.Count - before;
            }

            from = next;
            at++;
        }
    }

    /// <summary>Forgets <c>[start, end)</c>.</summary>
    public void Remove(ulong start, ulong end)
    {
        int at = FirstEndingAfter(start);
        if (at < _entries.Count && _entries[at].Start < start)
        {
            Entry entry = _entries[at];
            _entries[at] = entry with { End = start };
            _entries.Insert(++at, entry with { Start = start });
        }

        int last = at;
        while (last < _entries.Count && _entries[last].End <= end)
        {
            last++;
        }

        _entries.RemoveRange(at, last - at);
        if (at < _entries.Count && _entries[at].Start < end)
        {
            _entries[at] = _entries[at] with { Start = end };
        }
    }

    /// <summary>The parts of the ranges that lie in <c>[start, end)</c>.</summary>
    public IEnumerable<Entry> Within(ulong start, ulong end)
    {
        for (int i = FirstEndingAfter(start); i < _entries.Count && _entries[i].Start < end; i++)
        {
            Entry entry = _entries[i];
            yield return entry with { Start = Math.Max(entry.Start, start), End = Math.Min(entry.End, end) };
        }
    }

    int FirstEndingAfter(ulong address)
    {
        int low = 0;
        int high = _entries.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_entries[middle].End <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>A range and its number.</summary>
    public readonly record struct Entry(ulong Start, ulong End, long Value)
    {
        public ulong Size => End - Start;
    }
}
