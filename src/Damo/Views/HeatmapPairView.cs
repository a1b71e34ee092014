using System.Globalization;
using System.Text;
using Damo.CommandLine;

namespace Damo.Views;

/// <summary>Two heatmaps of one scale beside each other, time down and addresses across, within 80 columns.</summary>
/// <param name="colors">What the terminal shows.</param>
sealed class HeatmapPairView(ColorDepth colors)
{
    /// <summary>Columns of each of the two.</summary>
    public const int NrColumns = 34;

    /// <summary>Lines of the picture.</summary>
    public const int NrLines = 20;

    const int LabelWidth = 7;
    const string Gap = "   ";
    const char UpperHalf = '\u2580';
    const string Reset = "\u001b[0m";
    const int LegendWidth = 20;

    /// <summary>Rows a grid should have: a coloured line shows two, one above the other.</summary>
    public int NrRows => colors == ColorDepth.None ? NrLines : NrLines * 2;

    /// <summary>Writes the picture: titles, lines with the time they begin at, the address range and the legend.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="leftTitle">Title of <paramref name="left"/>.</param>
    /// <param name="left">Has <see cref="NrRows"/> rows and <see cref="NrColumns"/> columns.</param>
    /// <param name="rightTitle">Title of <paramref name="right"/>.</param>
    /// <param name="right">As <paramref name="left"/>.</param>
    /// <param name="duration">The time all rows stand for.</param>
    /// <param name="bytes">The size all columns stand for.</param>
    public void Write(TextWriter output, string leftTitle, HeatMeans left, string rightTitle, HeatMeans right, TimeSpan duration, ulong bytes)
    {
        string margin = new(' ', LabelWidth);
        output.WriteLine($"{margin} {leftTitle,-NrColumns}{Gap}{rightTitle}".TrimEnd());
        if (colors == ColorDepth.None)
        {
            string edge = "+" + new string('-', NrColumns) + "+";
            output.WriteLine($"{margin}{edge} {edge}");
        }

        StringBuilder line = new();
        for (int i = 0; i < NrLines; i++)
        {
            line.Clear();
            double seconds = duration.TotalSeconds * i / NrLines;
            string label = i % 4 == 0 ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s") : "";
            line.Append(label.PadLeft(LabelWidth - 1)).Append(' ');
            AppendLine(line, left, i);
            line.Append(' ');
            AppendLine(line, right, i);
            output.WriteLine(line.ToString().TrimEnd());
        }

        string size = string.Create(CultureInfo.InvariantCulture, $"addresses, {bytes >> 20} MiB ");
        string axis = size + new string('-', Math.Max(NrColumns - size.Length - 1, 0)) + ">";
        output.WriteLine($"{margin} {axis}{Gap}{axis}");
        output.WriteLine();
        line.Clear();
        line.Append(margin).Append(" samples that found it accessed:  0 % ");
        for (int i = 0; i <= LegendWidth; i++)
        {
            double heat = (double)i / LegendWidth;
            if (colors == ColorDepth.None)
            {
                line.Append(HeatRamp.ToCharacter(heat));
            }
            else
            {
                line.Append("\u001b[");
                HeatRamp.AppendColor(line, heat, colors, background: true);
                line.Append("m ");
            }
        }

        line.Append(colors == ColorDepth.None ? "" : Reset).Append(" 100 %");
        output.WriteLine(line.ToString());
    }

    void AppendLine(StringBuilder line, HeatMeans grid, int index)
    {
        // A frame shows where blanks belong to the picture; colours need none.
        line.Append(colors == ColorDepth.None ? '|' : ' ');
        for (int column = 0; column < NrColumns; column++)
        {
            if (colors == ColorDepth.None)
            {
                double heat = grid[index, column];
                line.Append(double.IsNaN(heat) ? ' ' : HeatRamp.ToCharacter(heat));
                continue;
            }

            line.Append("\u001b[");
            HeatRamp.AppendColor(line, NumberOrZero(grid[index * 2, column]), colors, background: false);
            line.Append(';');
            HeatRamp.AppendColor(line, NumberOrZero(grid[(index * 2) + 1, column]), colors, background: true);
            line.Append('m').Append(UpperHalf);
        }

        line.Append(colors == ColorDepth.None ? "|" : Reset + " ");
    }

    static double NumberOrZero(double heat) => double.IsNaN(heat) ? 0 : heat;
}
