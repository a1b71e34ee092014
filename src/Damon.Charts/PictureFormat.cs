namespace Damon.Charts;

/// <summary>What kind of file a picture is written as.</summary>
public enum PictureFormat
{
    /// <summary>Pixels, without loss.</summary>
    Png,

    /// <summary>Pixels, with loss.</summary>
    Jpeg,

    /// <summary>Vector graphics; cells of a heatmap are an image within.</summary>
    Svg,

    /// <summary>A page of vector graphics; cells of a heatmap are an image within.</summary>
    Pdf,
}
