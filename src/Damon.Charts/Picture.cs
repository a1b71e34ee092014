using SkiaSharp;

namespace Damon.Charts;

/// <summary>Writes charts as files of pictures. The native library is loaded by the first one.</summary>
public static class Picture
{
    /// <summary>Pixels per point: enough for print at column width.</summary>
    public const int PixelsPerPoint = 2;

    const int JpegQuality = 92;

    /// <summary>Draws a chart.</summary>
    /// <param name="chart">What to draw.</param>
    /// <param name="format">As what.</param>
    /// <param name="output">Takes the file; stays open.</param>
    /// <exception cref="IOException">The picture could not be encoded or written.</exception>
    public static void Write(IChart chart, PictureFormat format, Stream output)
    {
        ArgumentNullException.ThrowIfNull(chart);
        ArgumentNullException.ThrowIfNull(output);
        switch (format)
        {
            case PictureFormat.Svg:
                using (SKCanvas canvas = SKSvgCanvas.Create(SKRect.Create(chart.Width, chart.Height), output))
                {
                    chart.Draw(canvas);
                }

                break;
            case PictureFormat.Pdf:
                using (SKDocument document = SKDocument.CreatePdf(output) ?? throw new IOException("the picture could not be begun"))
                {
                    chart.Draw(document.BeginPage(chart.Width, chart.Height));
                    document.EndPage();
                    document.Close();
                }

                break;
            default:
                using (SKBitmap bitmap = Rasterize(chart))
                using (SKData data = bitmap.Encode(format == PictureFormat.Png ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, JpegQuality)
                    ?? throw new IOException("the picture could not be encoded"))
                {
                    data.SaveTo(output);
                }

                break;
        }

        output.Flush();
    }

    /// <summary>The pixels of a chart.</summary>
    internal static SKBitmap Rasterize(IChart chart)
    {
        SKBitmap bitmap = new(chart.Width * PixelsPerPoint, chart.Height * PixelsPerPoint, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKCanvas canvas = new(bitmap);
        canvas.Scale(PixelsPerPoint);
        chart.Draw(canvas);
        canvas.Flush();
        return bitmap;
    }
}
