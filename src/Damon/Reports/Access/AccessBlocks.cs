using System.Globalization;
using System.Text;
using Damon.Numbers;

namespace Damon.Reports.Access;

/// <summary>The keywords that are several lines: percentiles and histograms of a snapshot.</summary>
sealed class AccessBlocks(AccessReportOptions options, AccessSnapshot snapshot)
{
    const int BarColumns = 20;
    const double NsPerUs = 1e3;

    readonly NumberStyle _numbers = options.RawNumbers ? NumberStyle.Raw : NumberStyle.Current;

    public string Of(AccessKeyword keyword) => keyword switch
    {
        AccessKeyword.RecencyPercentiles => Percentiles(isTime: true, passed: false),
        AccessKeyword.DfPassedRecencyPercentiles => Percentiles(isTime: true, passed: true),
        AccessKeyword.TemperaturePercentiles => Percentiles(isTime: false, passed: false),
        AccessKeyword.DfPassedTemperaturePercentiles => Percentiles(isTime: false, passed: true),
        AccessKeyword.RecencyHistogram => Histogram(isTime: true, passed: false),
        AccessKeyword.RecencyDfPassedHistogram => Histogram(isTime: true, passed: true),
        AccessKeyword.TemperatureHistogram => Histogram(isTime: false, passed: false),
        AccessKeyword.TemperatureDfPassedHistogram => Histogram(isTime: false, passed: true),
        _ => "",
    };

    /// <summary>A value of each region, and the bytes it is the value of.</summary>
    public static IReadOnlyList<(Int128 Value, ulong Bytes)> Values(AccessSnapshot snapshot, bool isTime, bool passed) =>
        [.. snapshot.Regions.Select(r => (isTime ? r.IdleUs : r.Temperature, passed ? r.FilterPassed : r.Region.Size))];

    string Percentiles(bool isTime, bool passed)
    {
        IReadOnlyList<(int Percentile, Int128 Value)> values = AccessPercentiles.Of(Values(snapshot, isTime, passed), options.Percentiles);
        TemperatureWeights weights = options.Weights;
        StringBuilder text = new();
        text.Append(passed ? "<df-passed percentile> " : "<percentile> ").Append(isTime
            ? options.RawNumbers ? "<idle time (us)>" : "<idle time>"
            : string.Create(CultureInfo.InvariantCulture, $"<temperature (weights: [{weights.Size}, {weights.AccessRate}, {weights.Age}])>"));
        if (values.Count == 0)
        {
            return text.ToString();
        }

        Int128 min = values.Min(v => v.Value);
        double dot = (double)(values.Max(v => v.Value) - min) / BarColumns;
        int numberWidth = values.Max(v => Number(v.Percentile).Length);
        int valueWidth = values.Max(v => Value(v.Value, isTime).Length);
        foreach ((int percentile, Int128 value) in values)
        {
            int stars = dot > 0 ? Math.Min((int)((double)(value - min) / dot), BarColumns) : 0;
            text.Append('\n').Append(Number(percentile).PadLeft(numberWidth))
                .Append("  ").Append(Value(value, isTime).PadLeft(valueWidth)).Append("  ");
            Bar(text, stars);
        }

        return text.ToString();
    }

    string Histogram(bool isTime, bool passed)
    {
        IReadOnlyList<HistogramBin> bins = AccessHistogram.Of(Values(snapshot, isTime, passed), options.Histogram);
        StringBuilder text = new();
        text.Append(isTime ? "<idle time (us)>" : "<temperature>").Append(passed ? " <df-passed size>" : " <total size>");
        if (bins.Count == 0)
        {
            return text.ToString();
        }

        UInt128 min = bins.Min(b => b.Bytes);
        UInt128 dot = UInt128.Max((bins.Max(b => b.Bytes) - min) / BarColumns, 1);
        (string Range, string Size)[] columns = [.. bins.Select(b =>
            ($"[{Value(b.Start, isTime)}, {Value(b.End, isTime)})", SizeText.Format((double)b.Bytes, _numbers)))];
        int rangeWidth = columns.Max(c => c.Range.Length);
        int sizeWidth = columns.Max(c => c.Size.Length);
        for (int i = 0; i < bins.Count; i++)
        {
            UInt128 stars = UInt128.Min((bins[i].Bytes - min + dot - 1) / dot, BarColumns);
            text.Append('\n').Append(columns[i].Range.PadRight(rangeWidth)).Append(' ').Append(columns[i].Size.PadRight(sizeWidth)).Append(' ');
            Bar(text, (int)stars);
        }

        return text.ToString();
    }

    static void Bar(StringBuilder text, int stars) => text.Append('|').Append('*', stars).Append(' ', BarColumns - stars).Append('|');

    string Value(Int128 value, bool isTime) => options.RawNumbers ? value.ToString(CultureInfo.InvariantCulture)
        : isTime ? DurationText.Format((double)value * NsPerUs)
        : CountText.Format(value);

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
