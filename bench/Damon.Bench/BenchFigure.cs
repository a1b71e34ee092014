using System.Globalization;

namespace Damon.Bench;

/// <summary>The first figure of a line of a table that a bench printed.</summary>
/// <param name="Name">The line's first cell.</param>
/// <param name="Occurrence">How many lines of that name came before it: tables may share names.</param>
/// <param name="Unit">The head of the figure's column, up to a colon.</param>
/// <param name="Value">The figure, which is the median.</param>
sealed record BenchFigure(string Name, int Occurrence, string Unit, double Value)
{
    /// <summary>Whether another one stands in the same place.</summary>
    public bool IsSame(BenchFigure other) => Name == other.Name && Occurrence == other.Occurrence;

    /// <summary>All figures of Markdown tables; what is no number counts for nothing.</summary>
    public static List<BenchFigure> Of(IEnumerable<string> lines)
    {
        List<BenchFigure> figures = [];
        string? unit = null;
        foreach (string line in lines)
        {
            string[] cells = line.StartsWith("| ", StringComparison.Ordinal) ? line.Split('|')[1..] : [];
            if (cells.Length < 2)
            {
                // The line of dashes below the head is no row either, and ends nothing.
                unit = line.StartsWith("|-", StringComparison.Ordinal) ? unit : null;
                continue;
            }

            if (unit is null)
            {
                unit = cells[1].Split(':')[0].Trim();
                continue;
            }

            string name = cells[0].Trim();
            string number = cells[1].Trim().Split(' ')[0];
            if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                figures.Add(new BenchFigure(name, figures.Count(f => f.Name == name), unit, value));
            }
        }

        return figures;
    }
}
