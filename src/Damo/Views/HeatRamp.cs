using System.Globalization;
using System.Text;
using Damo.CommandLine;

namespace Damo.Views;

/// <summary>From a heat of 0 to 1 to what a terminal shows.</summary>
static class HeatRamp
{
    const string Characters = " .:-=+*#%@";

    // Low heats are told apart better than high ones: 1 % and 5 % matter, 90 % and 95 % do not.
    const double Gamma = 0.6;

    // Sums of parts of cells are not exact.
    const double Rounding = 1e-9;

    static readonly (double R, double G, double B)[] s_stops =
        [(24, 24, 40), (62, 30, 110), (150, 35, 120), (222, 70, 70), (250, 150, 40), (255, 245, 165)];

    static readonly byte[] s_indexed = [234, 17, 54, 55, 91, 127, 162, 203, 208, 214, 221, 229];

    /// <summary>The plain form: a blank for nothing at all, then darker and darker.</summary>
    public static char ToCharacter(double heat) =>
        Characters[(int)Math.Clamp(Math.Ceiling((heat * (Characters.Length - 1)) - Rounding), 0, Characters.Length - 1)];

    /// <summary>Appends the parameters of the escape sequence that sets a colour.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="heat">0 to 1.</param>
    /// <param name="colors">Not <see cref="ColorDepth.None"/>.</param>
    /// <param name="background">Whether it is the background's colour.</param>
    public static void AppendColor(StringBuilder text, double heat, ColorDepth colors, bool background)
    {
        double place = Math.Pow(Math.Clamp(heat, 0, 1), Gamma);
        text.Append(background ? "48;" : "38;");
        if (colors == ColorDepth.Indexed)
        {
            byte index = s_indexed[(int)Math.Round(place * (s_indexed.Length - 1))];
            text.Append(CultureInfo.InvariantCulture, $"5;{index}");
            return;
        }

        double scaled = place * (s_stops.Length - 1);
        int lower = Math.Min((int)scaled, s_stops.Length - 2);
        double part = scaled - lower;
        (double r, double g, double b) = s_stops[lower];
        (double r2, double g2, double b2) = s_stops[lower + 1];
        text.Append(CultureInfo.InvariantCulture, $"2;{Mix(r, r2)};{Mix(g, g2)};{Mix(b, b2)}");

        int Mix(double from, double to) => (int)Math.Round(from + ((to - from) * part));
    }
}
