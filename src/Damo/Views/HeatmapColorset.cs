namespace Damo.Views;

/// <summary>The colours of the ten levels of a heatmap on a terminal of 256 colours, as the DAMON tools have them.</summary>
/// <param name="Backgrounds">A colour number per level.</param>
/// <param name="Foregrounds">A colour number per level.</param>
sealed record HeatmapColorset(byte[] Backgrounds, byte[] Foregrounds)
{
    /// <summary>The set an option names; null where it is not given.</summary>
    public static HeatmapColorset? Named(string? name) => name is null ? null : ByName[name];

    /// <summary>The sets by name; the first is the default.</summary>
    public static IReadOnlyDictionary<string, HeatmapColorset> ByName { get; } = new Dictionary<string, HeatmapColorset>(StringComparer.Ordinal)
    {
        ["gray"] = new([232, 232, 232, 232, 232, 232, 232, 232, 232, 232], [237, 239, 241, 243, 245, 247, 249, 251, 253, 255]),
        ["flame"] = new([232, 1, 1, 2, 3, 3, 20, 21, 26, 27], [239, 235, 237, 239, 243, 245, 247, 249, 251, 255]),
        ["emotion"] = new([232, 234, 20, 21, 26, 2, 3, 1, 1, 1], [239, 235, 237, 239, 243, 245, 247, 249, 251, 255]),
    };
}
