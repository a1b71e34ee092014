using SkiaSharp;

namespace Damon.Charts;

/// <summary>Something that can be drawn.</summary>
public interface IChart
{
    /// <summary>Width in points.</summary>
    int Width { get; }

    /// <summary>Height in points.</summary>
    int Height { get; }

    /// <summary>Draws it with its upper left corner at 0, 0.</summary>
    void Draw(SKCanvas canvas);
}
