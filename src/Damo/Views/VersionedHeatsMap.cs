using System.Globalization;
using System.Text;
using Damon.Numbers;
using Damon.Reports;
using Damon.Reports.Heats;

namespace Damo.Views;

/// <summary>Heats as a map of coloured digits, as <c>--heatmap stdout</c> of the tool's versions before 2.5 drew it.</summary>
static class VersionedHeatsMap
{
    const int Levels = 10;
    const string Reset = "\u001b[0m";

    /// <summary>Writes the map, always with its colours. Where nothing was accessed only the explanation is written.</summary>
    /// <param name="heats">The cells.</param>
    /// <param name="colors">Of the digits.</param>
    /// <param name="style">A version of the tool.</param>
    /// <param name="withExample">Whether a line explains the digits.</param>
    /// <param name="output">Where to.</param>
    public static void Write(VersionedHeats heats, HeatmapColorset colors, ToolStyle style, bool withExample, TextWriter output)
    {
        HeatsGrid grid = heats.Grid;
        (double lowest, double highest) = Extent(heats);
        StringBuilder line = new();
        if (lowest != 0 || highest != 0)
        {
            double unit = (highest + 1 - lowest) / (Levels - 1);
            for (int row = 0; row < grid.TimeCells; row++)
            {
                line.Clear();
                foreach (double heat in heats.Row(row))
                {
                    int level = Math.Min((int)((heat - lowest) / unit), Levels - 1);
                    Append(line, colors, level).Append(CultureInfo.InvariantCulture, $"{level}");
                }

                output.Write(line.Append(Reset + "\n").ToString());
            }
        }

        if (withExample)
        {
            line.Clear().Append("# access_frequency: ");
            for (int level = 0; level < Levels; level++)
            {
                Append(line, colors, level).Append(CultureInfo.InvariantCulture, $" {level} ");
            }

            output.Write(line.Append(Reset + "\n").ToString());
        }

        ulong size = grid.EndAddress - grid.StartAddress;
        long time = grid.EndNs - grid.StartNs;
        string cellSize = SizeText.Format(size / (double)grid.AddressCells, style.Sizes);
        string cellTime = DurationText.Format(time / (double)grid.TimeCells, style.Times);
        output.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"# x-axis: space ({grid.StartAddress}-{grid.EndAddress}: {SizeText.Format(size, style.Sizes)})\n# y-axis: time ({grid.StartNs}-{grid.EndNs}: "
                + $"{DurationText.Format(time, style.Times)})\n# resolution: {grid.AddressCells}x{grid.TimeCells} ({cellSize} and {cellTime} for each "
                    + $"character)\n"));
    }

    /// <summary>As the tool looked for them: a heat of 0 counts as none yet.</summary>
    static (double Lowest, double Highest) Extent(VersionedHeats heats)
    {
        double lowest = 0;
        double highest = 0;
        for (int row = 0; row < heats.Grid.TimeCells; row++)
        {
            foreach (double heat in heats.Row(row))
            {
                highest = highest == 0 || highest < heat ? heat : highest;
                lowest = lowest == 0 || lowest > heat ? heat : lowest;
            }
        }

        return (lowest, highest);
    }

    /// <summary>A level below 0, of a heat below what was taken for the lowest, has a colour counted from the end.</summary>
    static StringBuilder Append(StringBuilder line, HeatmapColorset colors, int level)
    {
        int index = level < 0 ? Math.Max(level + Levels, 0) : level;
        return line.Append(CultureInfo.InvariantCulture, $"\u001b[48;5;{colors.Backgrounds[index]}m\u001b[38;5;{colors.Foregrounds[index]}m");
    }
}
