using SkiaSharp;

namespace Damon.Charts;

/// <summary>Draws text as outlines: the native library knows no fonts of the system, and a whole font would make each PDF large.</summary>
sealed class ChartText : IDisposable
{
    /// <summary>Size of labels in points.</summary>
    public const float Size = 10;

    const string Resource = "DejaVuSans-Latin.ttf";
    const char Unknown = '\ufffd';
    readonly SKTypeface _typeface;
    readonly SKFont _font;

    public ChartText()
    {
        using Stream font = typeof(ChartText).Assembly.GetManifestResourceStream(Resource)!;
        _typeface = SKTypeface.FromStream(font);
        _font = new SKFont(_typeface, Size) { Subpixel = true, LinearMetrics = true, Hinting = SKFontHinting.None };
    }

    /// <summary>Width in points.</summary>
    public float Width(string text) => _font.MeasureText(Printable(text));

    /// <summary>The text, or as much of its beginning as fits with dots behind; empty where not even those fit.</summary>
    public string Fit(string text, float width)
    {
        if (Width(text) <= width)
        {
            return text;
        }

        for (int length = text.Length - 1; length > 0; length--)
        {
            string cut = text[..length] + "\u2026";
            if (Width(cut) <= width)
            {
                return cut;
            }
        }

        return "";
    }

    /// <summary>Draws text.</summary>
    /// <param name="canvas">Where to.</param>
    /// <param name="text">One line.</param>
    /// <param name="x">Left edge, middle or right edge, by <paramref name="align"/>.</param>
    /// <param name="middle">Middle of the height.</param>
    /// <param name="align">What <paramref name="x"/> is.</param>
    /// <param name="upright">Whether it runs from below to above.</param>
    public void Draw(SKCanvas canvas, string text, float x, float middle, SKTextAlign align = SKTextAlign.Left, bool upright = false)
    {
        text = Printable(text);
        float width = _font.MeasureText(text);
        float left = align switch { SKTextAlign.Left => 0, SKTextAlign.Center => -width / 2, _ => -width };
        using SKPath path = _font.GetTextPath(text, new SKPoint(left, Size * 0.36f));
        using SKPaint paint = new() { Color = ChartColors.Ink, IsAntialias = true };
        canvas.Save();
        canvas.Translate(x, middle);
        if (upright)
        {
            canvas.RotateDegrees(-90);
        }

        canvas.DrawPath(path, paint);
        canvas.Restore();
    }

    public void Dispose()
    {
        _font.Dispose();
        _typeface.Dispose();
    }

    /// <summary>Characters without a glyph would vanish.</summary>
    string Printable(string text) => string.Create(text.Length, (text, _font), static (to, from) =>
    {
        for (int i = 0; i < to.Length; i++)
        {
            char c = from.text[i];
            to[i] = from._font.ContainsGlyph(c) ? c : Unknown;
        }
    });
}
