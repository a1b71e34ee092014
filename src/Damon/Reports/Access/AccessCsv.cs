using System.Globalization;
using System.Text;

namespace Damon.Reports.Access;

/// <summary>Accesses as comma separated values: regions, or what the style makes of them. <see cref="Finish"/> at the end.</summary>
sealed class AccessCsv
{
    readonly AccessOutput _output;
    readonly AccessReportOptions _options;

    /// <summary>Starts with the line of names.</summary>
    /// <param name="output">Takes UTF-8; stays open.</param>
    /// <param name="options">The style, percentiles and ranges.</param>
    public AccessCsv(Stream output, AccessReportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _output = new AccessOutput(output, pagerRule: false);
        _options = options;
        _output.Part().Append("kdamond,context,scheme,target_id,start_ns,end_ns,").Append(options switch
        {
            { TotalSizeOnly: true } => "total_bytes",
            { Style: AccessStyle.RecencyPercentiles } => "percentile,idle_us",
            { Style: AccessStyle.TemperaturePercentiles } => "percentile,temperature",
            { Style: AccessStyle.RecencyHistogram } => "idle_us_from,idle_us_below,bytes",
            { Style: AccessStyle.TemperatureHistogram } => "temperature_from,temperature_below,bytes",
            _ => "start,end,bytes,nr_accesses,age,access_percent,access_hz,age_us,idle_us,temperature,filter_passed_bytes",
        });
    }

    /// <summary>Writes the lines of a snapshot.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Add(AccessSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        bool isTime = _options.Style is AccessStyle.RecencyPercentiles or AccessStyle.RecencyHistogram;
        if (_options.TotalSizeOnly)
        {
            Line(snapshot).Append(snapshot.TotalBytes);
        }
        else if (_options.Style is AccessStyle.RecencyPercentiles or AccessStyle.TemperaturePercentiles)
        {
            foreach ((int percentile, Int128 value) in AccessPercentiles.Of(AccessBlocks.Values(snapshot, isTime, passed: false), _options.Percentiles))
            {
                Line(snapshot).Append(CultureInfo.InvariantCulture, $"{percentile},{value}");
            }
        }
        else if (_options.Style is AccessStyle.RecencyHistogram or AccessStyle.TemperatureHistogram)
        {
            foreach (HistogramBin bin in AccessHistogram.Of(AccessBlocks.Values(snapshot, isTime, passed: false), _options.Histogram))
            {
                Line(snapshot).Append(CultureInfo.InvariantCulture, $"{bin.Start},{bin.End},{bin.Bytes}");
            }
        }
        else
        {
            foreach (AccessRegion region in snapshot.Regions)
            {
                Region(Line(snapshot), region, snapshot.Intervals);
            }
        }
    }

    /// <summary>Writes the end. Nothing can be added afterwards.</summary>
    /// <exception cref="IOException">The output could not be written.</exception>
    public void Finish() => _output.Finish();

    StringBuilder Line(AccessSnapshot snapshot) => _output.Part().Append(
        CultureInfo.InvariantCulture,
        $"{snapshot.Series.KdamondIndex},{snapshot.Series.ContextIndex},{snapshot.Series.SchemeIndex},{snapshot.TargetId},{snapshot.StartNs},{snapshot.EndNs},");

    // What is unknown is empty.
    static void Region(StringBuilder line, in AccessRegion region, AccessIntervals intervals)
    {
        bool hasAge = region.Region.Age >= 0;
        line.Append(CultureInfo.InvariantCulture, $"{region.Region.Start},{region.Region.End},{region.Region.Size},{region.Region.NrAccesses},");
        if (!intervals.IsKnown)
        {
            line.Append(CultureInfo.InvariantCulture, $"{(hasAge ? region.Region.Age : null)},,,,,,{region.FilterPassed}");
            return;
        }

        line.Append(CultureInfo.InvariantCulture, $"{(hasAge ? region.Region.Age : null)},{region.Percent},{intervals.Hz(region.Region.NrAccesses)},");
        line.Append(
            CultureInfo.InvariantCulture,
            $"{(hasAge ? region.AgeUs : null)},{(hasAge || region.IdleUs == 0 ? region.IdleUs : null)},{region.Temperature},{region.FilterPassed}");
    }
}
