using SkiaSharp;

namespace Damon.Charts;

/// <summary>Colours of charts.</summary>
static class ChartColors
{
    const int Steps = 256;

    public static SKColor Ink { get; } = new(0x20, 0x20, 0x24);

    public static SKColor Paper { get; } = SKColors.White;

    public static SKColor Grid { get; } = new(0xdc, 0xdc, 0xe0);

    /// <summary>For cells of which nothing is known: not a colour of the map.</summary>
    public static SKColor NoData { get; } = new(0xe6, 0xe6, 0xea);

    /// <summary>Lines of different series: neighbours differ in lightness too.</summary>
    public static SKColor[] Lines { get; } =
    [
        new(0x1f, 0x4e, 0x9c), new(0xd0, 0x6a, 0x10), new(0x1b, 0x82, 0x55), new(0x9c, 0x2a, 0x6b), new(0x6f, 0x6f, 0x78),
        new(0x21, 0xa3, 0xc4), new(0x7a, 0x4a, 0x1e), new(0xb0, 0x9a, 0x10), new(0x5b, 0x3f, 0xbf), new(0xe0, 0x5a, 0x6a),
    ];

    /// <summary>
    /// From cold to hot. Lightness rises evenly in a space where equal distances look equal (Oklab), so that order shows in grey print and to
    /// people who do not see all colours; the hue turns from blue over red to yellow.
    /// </summary>
    public static SKColor[] Heat { get; } = [.. Enumerable.Range(0, Steps).Select(i => OfHeat(i / (Steps - 1.0)))];

    static SKColor OfHeat(double place)
    {
        const double Darkest = 0.27;
        const double Lightest = 0.95;
        double lightness = Darkest + ((Lightest - Darkest) * place);

        // From 275 degrees (blue) through 360 (magenta red) to 465 (yellow).
        double hue = (275 + (190 * place)) * Math.PI / 180;
        double chroma = 0.10 + (0.09 * Math.Sin(Math.PI * Math.Clamp((place * 0.95) + 0.02, 0, 1)));

        // Where the screen cannot show it, less colour at the same lightness.
        while (true)
        {
            if (ToScreen(lightness, chroma * Math.Cos(hue), chroma * Math.Sin(hue)) is { } color)
            {
                return color;
            }

            chroma *= 0.97;
        }
    }

    static SKColor? ToScreen(double lightness, double a, double b)
    {
        double l = Cube(lightness + (0.3963377774 * a) + (0.2158037573 * b));
        double m = Cube(lightness - (0.1055613458 * a) - (0.0638541728 * b));
        double s = Cube(lightness - (0.0894841775 * a) - (1.2914855480 * b));
        double red = (4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s);
        double green = (-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s);
        double blue = (-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s);
        const double Slack = 0.0005;
        return Math.Min(red, Math.Min(green, blue)) < -Slack || Math.Max(red, Math.Max(green, blue)) > 1 + Slack
            ? null
            : new SKColor(Byte(red), Byte(green), Byte(blue));

        static double Cube(double value) => value * value * value;

        static byte Byte(double linear)
        {
            double part = Math.Clamp(linear, 0, 1);
            return (byte)Math.Round(255 * (part <= 0.0031308 ? part * 12.92 : (1.055 * Math.Pow(part, 1 / 2.4)) - 0.055));
        }
    }
}
