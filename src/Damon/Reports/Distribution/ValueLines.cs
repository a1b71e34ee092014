using System.Globalization;
using Damon.Numbers;

namespace Damon.Reports.Distribution;

/// <summary>
/// The lines of a distribution of sizes as the tool printed them since its version 0.0.1: the average, then percentiles with bars, or all values.
/// </summary>
/// <param name="Sizes">How sizes are written.</param>
/// <param name="BarColumns">Length of the longest bar in characters; 0 for no bars.</param>
/// <param name="All">Whether every value is shown with its number, instead of percentiles.</param>
readonly record struct ValueLines(NumberStyle Sizes, int BarColumns, bool All)
{
    public void Write(ValueDistribution values, TextWriter output)
    {
        if (values.Values.Count == 0)
        {
            output.Write("# no snapshot\n");
            return;
        }

        output.Write($"# avr:\t{SizeText.Format(values.Average, Sizes)}\n");
        if (All)
        {
            for (int i = 0; i < values.Values.Count; i++)
            {
                output.Write(string.Create(CultureInfo.InvariantCulture, $"{i} {SizeText.Format(values.Values[i], Sizes)}\n"));
            }

            return;
        }

        ulong most = values.Percentiles.Select(p => p.Value).DefaultIfEmpty(0ul).Max();
        foreach (PercentileValue value in values.Percentiles)
        {
            output.Write(
                string.Create(CultureInfo.InvariantCulture, $"{value.Percentile,3} {SizeText.Format(value.Value, Sizes),15}{Bar(value.Value, most)}\n"));
        }
    }

    string Bar(ulong value, ulong most)
    {
        if (BarColumns == 0)
        {
            return "";
        }

        double perColumn = most == 0 ? 1 : (double)most / BarColumns;
        int stars = (int)Math.Min(value / perColumn, BarColumns);
        return $" |{new string('*', stars)}{new string(' ', BarColumns - stars)}|";
    }
}
