using Damon.Records.Sidecar;

namespace Damon.Records.Series;

/// <summary>The beginnings of targets whose id was used again: a pid names one process after the other.</summary>
sealed class TargetLives
{
    readonly Dictionary<Int128, List<long>> _again = [];

    /// <summary>Whether no id was used again.</summary>
    public bool IsEmpty => _again.Count == 0;

    /// <summary>Reads a sidecar to its end.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TargetLives Of(SidecarReader sidecar)
    {
        // Of most ids one beginning is all there is to keep.
        TargetLives lives = new();
        Dictionary<Int128, long> first = [];
        while (sidecar.Read(SidecarEntryKinds.Target))
        {
            if (sidecar.Target is not { FromNs: { } from, Id: var id } || first.TryAdd(id, from) || first[id] == from)
            {
                continue;
            }

            if (!lives._again.TryGetValue(id, out List<long>? beginnings))
            {
                lives._again.Add(id, beginnings = [first[id]]);
            }

            if (!beginnings.Contains(from))
            {
                beginnings.Add(from);
                beginnings.Sort();
            }

            if (first.Count > RecordMetadata.MaxTargets)
            {
                break;
            }
        }

        return lives;
    }

    /// <summary>Which of the targets with an id it is that a snapshot of that time shows, counted from 0.</summary>
    /// <param name="id">The id.</param>
    /// <param name="timeNs">When the snapshot ended.</param>
    public int InstanceAt(Int128 id, long timeNs)
    {
        if (!_again.TryGetValue(id, out List<long>? beginnings))
        {
            return 0;
        }

        int found = beginnings.BinarySearch(timeNs);
        return Math.Max(found >= 0 ? found : ~found - 1, 0);
    }

    /// <summary>Whether the id was used again.</summary>
    public bool IsAgain(Int128 id) => _again.ContainsKey(id);
}
