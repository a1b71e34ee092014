namespace Damon.Reports.Access;

/// <summary>Ten levels of heat in the 256 colours of xterm, background and digit.</summary>
sealed class HeatColors
{
    readonly byte[] _back;
    readonly byte[] _fore;

    HeatColors(string name, byte[] back, byte[] fore)
    {
        Name = name;
        _back = back;
        _fore = fore;
    }

    /// <summary>Digits in shades of grey.</summary>
    public static HeatColors Gray { get; } = new(
        "gray",
        [232, 232, 232, 232, 232, 232, 232, 232, 232, 232],
        [237, 239, 241, 243, 245, 247, 249, 251, 253, 255]);

    /// <summary>Red over green to blue.</summary>
    public static HeatColors Flame { get; } = new("flame", [232, 1, 1, 2, 3, 3, 20, 21, 26, 27], [239, 235, 237, 239, 243, 245, 247, 249, 251, 255]);

    /// <summary>Blue over green to red.</summary>
    public static HeatColors Emotion { get; } = new("emotion", [232, 234, 20, 21, 26, 2, 3, 1, 1, 1], [239, 235, 237, 239, 243, 245, 247, 249, 251, 255]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HeatColors> All { get; } = [Gray, Flame, Emotion];

    /// <summary>The name users know it by.</summary>
    public string Name { get; }

    /// <summary>The sequence that begins a level, [0, 9].</summary>
    public string Begin(int level) => $"\e[48;5;{_back[level]}m\e[38;5;{_fore[level]}m";

    /// <summary>The sequence that ends it.</summary>
    public static string End => "\e[0m";
}
