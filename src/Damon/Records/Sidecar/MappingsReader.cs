using System.Globalization;
using Damon.Records.Streams;

namespace Damon.Records.Sidecar;

/// <summary>Reads what lines of mappings mean: the counterpart of <see cref="MappingsWriter"/>.</summary>
sealed class MappingsReader
{
    /// <summary>The most mappings that are copied, over all lines: a line of a few bytes may copy thousands.</summary>
    public long MaxCopied { get; init; } = 100_000_000;

    readonly KnownMappings _known = new();
    long _copied;

    /// <summary>The mappings of a line.</summary>
    /// <exception cref="RecordFormatException">It copies what no line before it has, or too much; the message goes on behind the name of the line.</exception>
    public RecordMappings Read(MappingsLine line)
    {
        IReadOnlyList<MappingCopy> copies = line.Copies ?? [];
        RecordMapping[] mappings = copies.Count == 0 ? [.. line.Mappings] : Expand(copies, line.Mappings);
        if (line.List is { } number)
        {
            if (number <= _known.Last)
            {
                throw Fault($"has mappings of number {number} behind those of number {_known.Last}");
            }

            _known.Add(number, mappings);
        }

        return new RecordMappings { TimeNs = line.TimeNs, TargetId = line.TargetId, Mappings = mappings };
    }

    RecordMapping[] Expand(IReadOnlyList<MappingCopy> copies, IReadOnlyList<RecordMapping> others)
    {
        long count = others.Count;
        foreach (MappingCopy copy in copies)
        {
            if (!_known.TryGet(copy.List, out RecordMapping[]? list) || copy.First < 0 || copy.Count < 1 || copy.Count > list.Length - copy.First)
            {
                throw Fault($"copies mappings {copy.First} to {(long)copy.First + copy.Count - 1} of number {copy.List}, which no line before it has");
            }

            // Most often what a parent has.
            if (copies.Count == 1 && others.Count == 0 && copy.Count == list.Length && copy.Start == list[0].Start)
            {
                return list;
            }

            count += copy.Count;
            if (count > KnownMappings.MaxMappings)
            {
                throw Fault($"copies more than {KnownMappings.MaxMappings} mappings");
            }
        }

        _copied += count;
        return _copied > MaxCopied ? throw Fault($"is where more than {MaxCopied} mappings are copied") : Merge(copies, others, new RecordMapping[count]);
    }

    RecordMapping[] Merge(IReadOnlyList<MappingCopy> copies, IReadOnlyList<RecordMapping> others, RecordMapping[] merged)
    {
        int at = 0;
        int next = 0;
        foreach (MappingCopy copy in copies)
        {
            _ = _known.TryGet(copy.List, out RecordMapping[]? list);
            ulong distance = copy.Start - list![copy.First].Start;
            foreach (ref readonly RecordMapping mapping in list.AsSpan(copy.First, copy.Count))
            {
                RecordMapping moved = MappingsWriter.Moved(mapping, distance);
                while (next < others.Count && others[next].Start < moved.Start)
                {
                    merged[at++] = others[next++];
                }

                merged[at++] = moved;
            }
        }

        while (next < others.Count)
        {
            merged[at++] = others[next++];
        }

        return merged;
    }

    static RecordFormatException Fault(FormattableString says) => new(says.ToString(CultureInfo.InvariantCulture));
}
