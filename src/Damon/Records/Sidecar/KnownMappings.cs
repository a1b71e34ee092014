using System.Diagnostics.CodeAnalysis;

namespace Damon.Records.Sidecar;

/// <summary>The lists of mappings that a line of a sidecar may copy from: the last ones before it. Writer and reader keep the same.</summary>
sealed class KnownMappings
{
    /// <summary>The most mappings that are kept, over all lists: 1 MB. A longer list is neither kept nor made of copies.</summary>
    public const int MaxMappings = 16_384;

    readonly Queue<long> _order = [];
    readonly Dictionary<long, RecordMapping[]> _lists = [];
    int _nrMappings;

    /// <summary>Number of the list added last; -1 before the first.</summary>
    public long Last { get; private set; } = -1;

    /// <summary>Called for a list that is kept no longer.</summary>
    public Action<long, RecordMapping[]>? Dropped { get; init; }

    /// <summary>Finds a list.</summary>
    public bool TryGet(long number, [NotNullWhen(true)] out RecordMapping[]? list) => _lists.TryGetValue(number, out list);

    /// <summary>Keeps a list, and the oldest no longer where they become too many.</summary>
    /// <param name="number">Its number, greater than <see cref="Last"/>.</param>
    /// <param name="list">The mappings, which may not change any more.</param>
    public void Add(long number, RecordMapping[] list)
    {
        Last = number;
        if (list.Length is 0 or > MaxMappings)
        {
            return;
        }

        _lists.Add(number, list);
        _order.Enqueue(number);
        _nrMappings += list.Length;
        while (_nrMappings > MaxMappings)
        {
            long oldest = _order.Dequeue();
            _lists.Remove(oldest, out RecordMapping[]? dropped);
            _nrMappings -= dropped!.Length;
            Dropped?.Invoke(oldest, dropped);
        }
    }
}
