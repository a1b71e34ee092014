namespace Damon.Records.Sidecar;

/// <summary>Makes lines of mappings that say only what earlier lines have not said: the processes of a run have much in common.</summary>
/// <remarks>
/// A child maps what its parent does, a program that is run again maps the same elsewhere, and a program that goes on keeps most. For each mapping the last one
/// like it is looked up, first at the same place, then anywhere; what follows it in both lists at the same distance goes along.
/// </remarks>
sealed class MappingsWriter
{
    readonly KnownMappings _known;

    /// <summary>Where a mapping was last, and where one of that size, starting at 0, was last.</summary>
    readonly Dictionary<RecordMapping, (long List, int Index)> _places = [];

    RecordMapping[] _list = [];

    public MappingsWriter()
    {
        _known = new KnownMappings { Dropped = Forget };
    }

    /// <summary>The line that tells the mappings of a target.</summary>
    public MappingsLine LineFor(long timeNs, Int128 targetId, IReadOnlyList<RecordMapping> mappings)
    {
        _list = [.. mappings];
        MappingsLine line = new() { TimeNs = timeNs, TargetId = targetId, Mappings = _list };
        if (_list.Length is 0 or > KnownMappings.MaxMappings || !IsInOrder(_list))
        {
            _list = [];
            return line;
        }

        List<MappingCopy> copies = [];
        List<RecordMapping> others = [];
        for (int i = 0; i < _list.Length;)
        {
            MappingCopy copy = Longer(From(_list[i], i), From(Size(_list[i]), i));
            if (copy.Count == 0)
            {
                others.Add(_list[i++]);
                continue;
            }

            copies.Add(copy);
            i += copy.Count;
        }

        return line with { List = _known.Last + 1, Copies = copies.Count > 0 ? copies : null, Mappings = others };
    }

    /// <summary>Takes note that the line made last is in the file.</summary>
    public void Written()
    {
        if (_list.Length == 0)
        {
            return;
        }

        _known.Add(_known.Last + 1, _list);
        for (int i = 0; i < _list.Length; i++)
        {
            _places[_list[i]] = _places[Size(_list[i])] = (_known.Last, i);
        }
    }

    MappingCopy From(in RecordMapping key, int at)
    {
        if (!_places.TryGetValue(key, out (long List, int Index) place) || !_known.TryGet(place.List, out RecordMapping[]? list))
        {
            return default;
        }

        ReadOnlySpan<RecordMapping> there = list.AsSpan(place.Index);
        ReadOnlySpan<RecordMapping> here = _list.AsSpan(at);
        ulong distance = here[0].Start - there[0].Start;
        int count = 0;
        while (count < there.Length && count < here.Length && Moved(there[count], distance) == here[count])
        {
            count++;
        }

        return new MappingCopy(place.List, place.Index, count, here[0].Start);
    }

    void Forget(long number, RecordMapping[] list)
    {
        foreach (ref readonly RecordMapping mapping in list.AsSpan())
        {
            Forget(number, mapping);
            Forget(number, Size(mapping));
        }
    }

    void Forget(long number, in RecordMapping key)
    {
        if (_places.TryGetValue(key, out (long List, int Index) place) && place.List == number)
        {
            _places.Remove(key);
        }
    }

    static MappingCopy Longer(MappingCopy one, MappingCopy other) => other.Count > one.Count ? other : one;

    /// <summary>A mapping elsewhere, from 0 on.</summary>
    static RecordMapping Size(in RecordMapping mapping) => Moved(mapping, 0 - mapping.Start);

    /// <summary>A mapping elsewhere.</summary>
    internal static RecordMapping Moved(in RecordMapping mapping, ulong distance) =>
        mapping with { Start = mapping.Start + distance, End = mapping.End + distance };

    static bool IsInOrder(RecordMapping[] mappings)
    {
        for (int i = 1; i < mappings.Length; i++)
        {
            if (mappings[i].Start <= mappings[i - 1].Start)
            {
                return false;
            }
        }

        return true;
    }
}
