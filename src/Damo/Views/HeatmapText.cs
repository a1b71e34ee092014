using System.Globalization;
using System.Text;
using Damo.CommandLine;
using Damon.Numbers;
using Damon.Reports;
using Damon.Reports.Heatmap;

namespace Damo.Views;

/// <summary>A heatmap as lines of digits, time down and addresses across, with the comment lines of the DAMON tools.</summary>
/// <param name="colors">What the terminal shows; without colours only digits are written.</param>
/// <param name="colorset">Colours of levels; null for the finest the terminal has.</param>
/// <param name="unit"><c>hz</c> or <c>samples</c>.</param>
/// <param name="showLevels">Whether a line explains the digits.</param>
sealed class HeatmapText(ColorDepth colors, HeatmapColorset? colorset, string unit, bool showLevels)
{
    const int Levels = 10;
    const string Reset = "\u001b[0m";

    /// <summary>Writes one area. Of cells of which nothing is known, only a blank is written.</summary>
    public void Write(TextWriter output, HeatmapModel model)
    {
        HeatmapGrid grid = model.Grid;
        StringBuilder line = new();
        (double least, double greatest) = model.Extent() ?? (0, 0);
        if (model.Extent() is not null)
        {
            for (int row = 0; row < grid.TimeCells; row++)
            {
                line.Clear();
                for (int column = 0; column < grid.AddressCells; column++)
                {
                    double heat = model.Mean(row, column);
                    Append(line, double.IsNaN(heat) ? null : Level(heat, least, greatest));
                }

                output.Write(line.Append(colors == ColorDepth.None ? "\n" : Reset + "\n").ToString());
            }
        }

        if (showLevels)
        {
            line.Clear().Append("# access_frequency: ");
            for (int level = 0; level < Levels; level++)
            {
                Append(line, level);
            }

            line.Append(colors == ColorDepth.None ? "" : Reset);
            output.Write($"{line} ({FixedDecimal.Format(least, 3)}-{FixedDecimal.Format(greatest, 3)} {unit})\n");
        }

        string time = DurationText.Format((grid.EndNs - grid.StartNs) / (double)grid.TimeCells);
        string size = SizeText.Format(grid.Addresses.Size / (double)grid.AddressCells);
        output.Write(
            $"# x-axis: space [{SizeText.FormatAccurate(grid.Addresses.Start)}, {SizeText.FormatAccurate(grid.Addresses.End)}) "
                + $"({SizeText.Format(grid.Addresses.Size)})\n"
            + $"# y-axis: time [{DurationText.Format(grid.StartNs)}, {DurationText.Format(grid.EndNs)}) ({DurationText.Format(grid.EndNs - grid.StartNs)})\n"
            + string.Create(CultureInfo.InvariantCulture, $"# resolution: {grid.AddressCells}x{grid.TimeCells} ({size} and {time} for each character)\n"));
    }

    /// <summary>Which columns the largest named mappings are in, as a comment line; nothing where none is in the area.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="model">The area.</param>
    /// <param name="names">Names of mappings.</param>
    /// <param name="columns">Width of the terminal.</param>
    public static void WriteNames(TextWriter output, HeatmapModel model, IReadOnlyList<HeatmapName> names, int columns)
    {
        const int MaxNames = 8;
        HeatmapGrid grid = model.Grid;
        StringBuilder line = new("# mappings:");
        foreach (HeatmapName name in names.Where(n => n.Addresses.Intersects(grid.Addresses))
            .OrderByDescending(n => n.Addresses.Size)
            .Take(MaxNames)
            .OrderBy(n => n.Addresses.Start))
        {
            int first = grid.ColumnOf(Math.Max(name.Addresses.Start, grid.Addresses.Start)) + 1;
            int last = grid.ColumnOf(Math.Min(name.Addresses.End, grid.Addresses.End) - 1) + 1;
            string range = first == last ? $"{first}" : string.Create(CultureInfo.InvariantCulture, $"{first}-{last}");
            string text = $" {range} {VisibleText.Of(name.Name, 40)};";
            if (line.Length + text.Length > columns)
            {
                break;
            }

            line.Append(text);
        }

        if (line[^1] == ';')
        {
            output.Write($"{line.ToString(0, line.Length - 1)}\n");
        }
    }

    static int Level(double heat, double least, double greatest) =>
        greatest > least ? Math.Min((int)((heat - least) * (Levels - 1) / (greatest - least)), Levels - 1) : greatest > 0 ? Levels - 1 : 0;

    void Append(StringBuilder line, int? level)
    {
        const int Unknown = 4;
        char character = level is { } known ? (char)('0' + known) : ' ';
        if (colors == ColorDepth.None)
        {
            line.Append(character);
            return;
        }

        if (colors == ColorDepth.True && colorset is null)
        {
            if (level is not { } hot)
            {
                line.Append(Reset).Append(' ');
                return;
            }

            double place = hot / (Levels - 1.0);
            line.Append("\u001b[");
            HeatRamp.AppendColor(line, place, colors, background: true);
            line.Append(place > 0.45 ? "m\u001b[38;2;20;20;20m" : "m\u001b[38;2;235;235;235m").Append(character);
            return;
        }

        HeatmapColorset set = colorset ?? HeatmapColorset.ByName["gray"];
        int index = level ?? Unknown;
        line.Append(CultureInfo.InvariantCulture, $"\u001b[48;5;{set.Backgrounds[index]}m\u001b[38;5;{set.Foregrounds[index]}m{character}");
    }
}
