using Damon.Monitoring;
using Damon.Records.Sidecar;

namespace Damon.Reports.Heatmap;

/// <summary>A name that is known for a part of the addresses.</summary>
/// <param name="Addresses">The part.</param>
/// <param name="Name">Last part of a file's path, or a name in brackets.</param>
public readonly record struct HeatmapName(AddressRange Addresses, string Name)
{
    /// <summary>The names of the mappings that a target had last, in address order; neighbours of one name are one.</summary>
    public static IReadOnlyList<HeatmapName> Of(RecordMetadata metadata, Int128 targetId)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        IReadOnlyList<RecordMapping> mappings = metadata.Mappings.LastOrDefault(m => m.TargetId == targetId && m.Mappings.Count > 0)?.Mappings ?? [];
        List<HeatmapName> names = [];
        foreach (RecordMapping mapping in mappings)
        {
            if (string.IsNullOrEmpty(mapping.Name) || mapping.End <= mapping.Start)
            {
                continue;
            }

            string name = mapping.Name[0] == '[' ? mapping.Name : mapping.Name[(mapping.Name.LastIndexOf('/') + 1)..];
            if (names.Count > 0 && names[^1].Name == name && names[^1].Addresses.End == mapping.Start)
            {
                names[^1] = new HeatmapName(new AddressRange(names[^1].Addresses.Start, mapping.End), name);
            }
            else if (name.Length > 0)
            {
                names.Add(new HeatmapName(new AddressRange(mapping.Start, mapping.End), name));
            }
        }

        return names;
    }
}
