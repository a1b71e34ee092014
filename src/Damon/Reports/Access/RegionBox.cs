using System.Text;

namespace Damon.Reports.Access;

/// <summary>A region as a box of digits: the longer the older, the higher the larger, the digit tells how often it is accessed.</summary>
/// <param name="ageUs">Least and greatest age of all regions.</param>
/// <param name="size">Least and greatest size.</param>
/// <param name="percent">Least and greatest access rate.</param>
sealed class RegionBox((double Min, double Max) ageUs, (double Min, double Max) size, (double Min, double Max) percent)
{
    const int MaxLevel = 9;

    /// <summary>The lines of a box.</summary>
    /// <param name="region">The region.</param>
    /// <param name="maxLength">Greatest length, in characters.</param>
    /// <param name="maxHeight">Greatest height, in lines.</param>
    /// <param name="alignRight">Whether blanks in front fill each line up to the greatest length.</param>
    /// <param name="colors">Null for none.</param>
    public string Draw(in AccessRegion region, int maxLength, int maxHeight, bool alignRight, HeatColors? colors)
    {
        int length = (int)Scaled(Log(region.AgeUs), Log(ageUs.Min), Log(ageUs.Max), 1, maxLength);
        int height = (int)Scaled(Log(region.Region.Size), Log(size.Min), Log(size.Max), 1, maxHeight);

        // Nothing but memory at rest is not hot.
        int level = percent.Max == 0 ? 0 : (int)Scaled(region.Percent, percent.Min, percent.Max, 0, MaxLevel);
        StringBuilder text = new();
        for (int i = 0; i < height; i++)
        {
            text.Append(i > 0 ? "\n" : "").Append(' ', alignRight ? maxLength - length : 0).Append('|');
            AccessHeatmap.AppendLevel(text, level, length, colors);
            text.Append('|');
        }

        return text.ToString();
    }

    static double Log(double value) => value > 0 ? Math.Log2(value) : 0;

    static double Scaled(double value, double min, double max, double least, double most)
    {
        double ratio = max > min ? (value - min) / (max - min) : 1;
        return Math.Clamp(least + (ratio * (most - least)), least, most);
    }
}
