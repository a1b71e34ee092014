using Damon.Records.Sidecar;

namespace Damon.Reports.Advice;

/// <summary>Means over time of how much of the memory of each name is affected.</summary>
sealed class ShareMeans
{
    /// <summary>For memory of which no mapping is known; no name of a mapping has this form.</summary>
    const string Unknown = "";

    readonly Dictionary<string, (double Bytes, double Size)> _sums = [];
    long _times;

    /// <summary>A new point in time.</summary>
    public void Begin() => _times++;

    /// <summary>Adds a piece of memory.</summary>
    public void Add(RecordMapping? mapping, ulong bytes, ulong size)
    {
        string name = mapping is { } known ? (known.Name is null or "" ? "[anonymous]" : known.Name) : Unknown;
        (double sum, double all) = _sums.GetValueOrDefault(name);
        _sums[name] = (sum + bytes, all + size);
    }

    /// <summary>The means of all names, those with the most bytes first; names without bytes are left out.</summary>
    public IReadOnlyList<MappingShare> Means() =>
    [
        .. _sums.Where(entry => entry.Value.Bytes > 0)
            .OrderByDescending(entry => entry.Value.Bytes).ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => new MappingShare(entry.Key == Unknown ? null : entry.Key, entry.Value.Bytes / _times, entry.Value.Size / _times)),
    ];
}
