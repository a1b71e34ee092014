using System.CommandLine;
using System.Globalization;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Reporting;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Json;
using Damon.Records.Streams;
using Damon.Reports.Access;
using Damon.Reports.Heatmap;

namespace Damo.Commands;

/// <summary><c>damo report access</c>: regions, heat lines, percentiles and histograms of each snapshot, as the current tool prints them.</summary>
static class ReportAccessCommand
{
    const int MaxPercentile = 100;
    const int MaxWidth = 10_000;

    static readonly string[] s_sortKeys = ["address", "access_rate", "age", "size", "temperature"];

    static readonly Option<string> s_style = new Option<string>("--style") { Description = "What is shown of each snapshot (detailed)" }
        .AcceptOnly(
            "detailed", "simple-boxes", "hot", "cold", "temperature-sz-hist", "recency-sz-hist", "cold-memory-tail", "recency-percentiles",
            "idle-time-percentiles",
            "temperature-percentiles");

    static readonly Option<string[]> s_percentiles = Several(
        "--percentiles_range",
        "Percentiles: up to three numbers are START STOP STEP, more are the percentiles themselves (0 1 25 50 75 99 100)",
        "n",
        1,
        MaxPercentile + 1);
    static readonly Option<bool> s_logScale = new("--hist_logscale") { Description = "Each range of a histogram is twice as wide as the one before" };
    static readonly Option<bool> s_cumulate = new("--hist_cumulate") { Description = "All ranges of a histogram begin at the least value" };
    static readonly Option<string[]> s_ranges = Several(
        "--hist_ranges",
        "Ranges of a histogram, start and end of each: temperatures, or idle times (us, or with a unit)",
        "start> <end",
        2,
        1000);
    static readonly Option<string[]> s_sortBy = Several(
        "--sort_regions_by",
        "Order of the regions, the last counting most",
        string.Join('|', s_sortKeys),
        1,
        5).AcceptOnly(s_sortKeys);
    static readonly Option<string[]> s_sortDescending = Several(
        "--sort_regions_dsc",
        "Which of these are in falling order (all)",
        string.Join('|', s_sortKeys),
        0,
        5).AcceptOnly(s_sortKeys);
    static readonly Option<string> s_heatmapWidth = new("--snapshot_heatmap_width") { Description = "Columns of the line of heat (80)", HelpName = "n" };
    static readonly Option<bool> s_heatmapStatic = new("--snapshot_heatmap_static") { Description = "The line of heat shows gaps in their size" };
    static readonly Option<string> s_heatmapColors = new Option<string>("--snapshot_heatmap_colorset")
    {
        Description = "Colours of the line of heat (emotion)",
    }.AcceptOnly([.. HeatColors.All.Select(c => c.Name)]);
    static readonly Option<string[]> s_format = Several(
        "--format",
        "Change a template: set or append, the part, the text; may be given more than once",
        "set|append> <record_head|snapshot_head|region|snapshot_tail|record_tail> <text",
        3,
        300);
    static readonly Option<string[]> s_minChars = Several(
        "--min_chars_for",
        "Least width of a keyword of templates; may be given more than once",
        "keyword> <n",
        2,
        200);
    static readonly Option<bool> s_totalSizeOnly = new("--total_sz_only") { Description = "Only the size of each snapshot" };
    static readonly Option<bool> s_dontMerge = new("--dont_merge_regions") { Description = "For scripts: regions of a record are never merged" };
    static readonly Option<bool> s_rawNumber = new("--raw_number") { Description = "Plain numbers: bytes, nanoseconds; microseconds for ages" };
    static readonly Option<bool> s_rawForm = new("--raw_form") { Description = "Every region as the record has it; needs no intervals" };
    static readonly Option<bool> s_json = new("--json") { Description = "For programs: a JSON record of what passed the filters" };
    static readonly Option<string> s_color = new Option<string>("--color")
    {
        Description = "Whether heat is coloured; auto is on a terminal (auto)",
    }.AcceptOnly("auto", "always", "never");

    public static Command Create(Terminal terminal)
    {
        Command command = new("access", "Print the regions of each snapshot, how hot and how old they are")
        {
            InputOptions.File, InputOptions.All, IntervalsOption.Option, s_style, s_percentiles, s_logScale, s_cumulate, s_ranges, s_sortBy, s_sortDescending,
            s_heatmapWidth, s_heatmapStatic, s_heatmapColors, s_format, s_minChars, s_totalSizeOnly, s_dontMerge, s_rawNumber, s_rawForm, s_json,
            ReportOptions.Csv, s_color,
        };
        AccessFilterOptions.AddTo(command);
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        AccessFilter filter = AccessFilterOptions.Parse(parsed);
        AccessReportOptions options = Options(parsed, filter, terminal);
        bool json = parsed.GetValue(s_json);
        bool csv = parsed.GetValue(ReportOptions.Csv);
        bool raw = parsed.GetValue(s_rawForm);
        if ((json ? 1 : 0) + (csv ? 1 : 0) + (raw ? 1 : 0) > 1)
        {
            throw UserErrorException.Usage("--json, --csv and --raw_form exclude each other");
        }

        using RecordSource source = ReportInput.Open(parsed, terminal, readTwice: true);
        if (options.ForPeople && source.LoadWholeMetadata() is { } metadata)
        {
            options = options with { NamesOf = id => HeatmapName.Of(metadata, id) };
        }

        RecordIntervals? told = IntervalsOption.Parse(parsed) ?? source.SidecarIntervals();
        AccessIntervals fallback = new(told?.SampleUs ?? 0, told?.AggrUs ?? 0);
        RecordTimes times = new();
        source.ReadAged(times.Add);
        AccessScan scan = new();
        AccessReading reading = new(filter, fallback, times);
        source.ReadAged((series, snapshot) => reading.Add(snapshot, series, scan.Add));
        bool needsIntervals = filter.NeedsIntervals || !(json || raw || (csv && (options.TotalSizeOnly || IsOfRegions(options.Style))));
        if (scan.LacksIntervals && needsIntervals)
        {
            throw source.Failure(
                "some records lack the intervals information; give it with --intervals SAMPLE AGGR (such as 5ms 100ms), or use --raw_form, --json or --csv");
        }

        if (scan.NrSeries == 0)
        {
            throw source.Failure(filter.IsAny ? "no snapshot passes the filters" : "no snapshot names a target");
        }

        using Stream output = terminal.OpenOutput();
        if (json)
        {
            WriteJson(source, new AccessReading(filter, fallback, times), told, output);
        }
        else
        {
            (Action<AccessSnapshot> add, Action finish) = Writer(output, options, scan, reading, csv, raw);
            AccessReading second = new(filter, fallback, times);
            source.ReadAged(
                (series, snapshot) => second.Add(snapshot, series, add),
                record => scan.IsInterleaved ? RecordReaders.InSeriesOrder(record) : record);
            finish();
        }

        return source.ExitCode;
    }

    static bool IsOfRegions(AccessStyle style) => style is AccessStyle.Detailed or AccessStyle.SimpleBoxes or AccessStyle.Hot or AccessStyle.Cold;

    static (Action<AccessSnapshot> Add, Action Finish) Writer(
        Stream output,
        AccessReportOptions options,
        AccessScan scan,
        AccessReading reading,
        bool csv,
        bool raw)
    {
        if (csv)
        {
            AccessCsv table = new(output, options);
            return (table.Add, table.Finish);
        }

        if (raw)
        {
            AccessRawForm form = new(output, options, scan);
            return (form.Add, form.Finish);
        }

        AccessReport report = new(output, options, scan, reading.RecordIntervals);
        return (report.Add, report.Finish);
    }

    static void WriteJson(RecordSource source, AccessReading reading, RecordIntervals? intervals, Stream output)
    {
        using JsonRecordWriter writer = new(output, intervals, leaveOpen: true, source.Granularity);
        Snapshot copy = new();
        source.ReadAged((series, snapshot) => reading.Add(snapshot, series, access =>
        {
            access.CopyTo(copy);
            writer.Write(copy, series);
        }));
        writer.Complete();
        output.Write("\n"u8);
        output.Flush();
    }

    static AccessReportOptions Options(ParseResult parsed, AccessFilter filter, Terminal terminal)
    {
        AccessReportOptions options = new()
        {
            Style = Style(parsed.GetValue(s_style)),
            RawNumbers = parsed.GetValue(s_rawNumber),
            Histogram = new HistogramOptions
            {
                Logarithmic = parsed.GetValue(s_logScale),
                Cumulative = parsed.GetValue(s_cumulate),
                Ranges = Ranges(parsed.GetValue(s_ranges) ?? []),
            },
            SortBy = SortBy(parsed),
            Weights = filter.Weights,
            HeatmapStatic = parsed.GetValue(s_heatmapStatic),
            HeatmapWidth = parsed.GetValue(s_heatmapWidth) is { } width ? Quantity.Count(width, "--snapshot_heatmap_width", 1, MaxWidth) : 80,
            HeatmapColors = parsed.GetValue(s_heatmapColors) is { } name ? HeatColors.All.First(c => c.Name == name) : HeatColors.Emotion,
            Colored = IsColored(parsed.GetValue(s_color), terminal),
            TotalSizeOnly = parsed.GetValue(s_totalSizeOnly),
            Templates = Templates(parsed.GetValue(s_format) ?? []),
            MinWidths = MinWidths(parsed.GetValue(s_minChars) ?? []),
            PagerRule = !terminal.OutIsTerminal,
            ForPeople = terminal.OutIsTerminal && parsed.GetValue(s_format) is not { Length: > 0 },
        };
        return parsed.GetValue(s_percentiles) is { Length: > 0 } percentiles ? options with { Percentiles = Percentiles(percentiles) } : options;
    }

    static Option<string[]> Several(string name, string description, string help, int least, int most) => new(name)
    {
        Description = description,
        HelpName = help,
        Arity = new ArgumentArity(least, most),
        AllowMultipleArgumentsPerToken = true,
    };

    static AccessStyle Style(string? name) => name switch
    {
        "simple-boxes" => AccessStyle.SimpleBoxes,
        "hot" => AccessStyle.Hot,
        "cold" => AccessStyle.Cold,
        "temperature-sz-hist" => AccessStyle.TemperatureHistogram,
        "recency-sz-hist" or "cold-memory-tail" => AccessStyle.RecencyHistogram,
        "recency-percentiles" or "idle-time-percentiles" => AccessStyle.RecencyPercentiles,
        "temperature-percentiles" => AccessStyle.TemperaturePercentiles,
        _ => AccessStyle.Detailed,
    };

    static bool IsColored(string? when, Terminal terminal) => when switch
    {
        "always" => true,
        "never" => false,
        _ => terminal.Colors != ColorDepth.None,
    };

    static List<int> Percentiles(string[] texts)
    {
        int[] numbers = [.. texts.Select(t => int.TryParse(t, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int n)
            ? n
            : throw UserErrorException.Usage($"--percentiles_range: '{t}' is no whole number"))];
        List<int> percentiles = [];
        if (numbers.Length > 3)
        {
            percentiles.AddRange(numbers);
        }
        else
        {
            (int start, int stop) = numbers.Length == 1 ? (0, numbers[0]) : (numbers[0], numbers[1]);
            int step = numbers.Length == 3 ? numbers[2] : 1;
            if (step == 0)
            {
                throw UserErrorException.Usage("--percentiles_range: the step must not be 0");
            }

            // One beyond the first that is no percentile is enough to refuse them.
            for (long at = start; (step > 0 ? at < stop : at > stop) && percentiles.Count <= MaxPercentile + 1; at += step)
            {
                percentiles.Add((int)at);
            }
        }

        foreach (int percentile in percentiles)
        {
            if (percentile is < 0 or > MaxPercentile)
            {
                throw UserErrorException.Usage($"--percentiles_range: {percentile} is no percentile, which are 0 to 100");
            }
        }

        return percentiles.Count > 0 ? percentiles : throw UserErrorException.Usage("--percentiles_range: there is no number from START to STOP");
    }

    static List<(Int128 Start, Int128 End)> Ranges(string[] texts)
    {
        if (texts.Length % 2 != 0)
        {
            throw UserErrorException.Usage($"--hist_ranges: '{texts[^1]}' is the start of a range whose end is missing");
        }

        List<(Int128 Start, Int128 End)> ranges = [];
        for (int i = 0; i < texts.Length; i += 2)
        {
            (Int128 start, Int128 end) = (Value(texts[i]), Value(texts[i + 1]));
            ranges.Add(start <= end ? (start, end) : throw UserErrorException.Usage($"--hist_ranges: start > end ({texts[i]} > {texts[i + 1]})"));
        }

        return ranges;

        // A temperature or microseconds; only times have units.
        static Int128 Value(string text) =>
            long.TryParse(text.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value
            : text switch
            {
                "min" => 0,
                "max" => ulong.MaxValue,
                _ => Quantity.Microseconds(text, "--hist_ranges"),
            };
    }

    static IReadOnlyList<AccessSortOrder> SortBy(ParseResult parsed)
    {
        string[] keys = parsed.GetValue(s_sortBy) ?? [];
        string[]? falling = parsed.GetResult(s_sortDescending) is null ? null : parsed.GetValue(s_sortDescending) ?? [];
        if (keys.Length == 0)
        {
            return falling is null ? [] : throw UserErrorException.Usage("--sort_regions_dsc needs --sort_regions_by");
        }

        if (falling?.FirstOrDefault(f => !keys.Contains(f, StringComparer.Ordinal)) is { } other)
        {
            throw UserErrorException.Usage($"--sort_regions_dsc: '{other}' is not among --sort_regions_by");
        }

        return [.. keys.Select(k => new AccessSortOrder(Key(k), falling is [] || falling?.Contains(k, StringComparer.Ordinal) == true))];

        static AccessSortKey Key(string name) => name switch
        {
            "address" => AccessSortKey.Address,
            "access_rate" => AccessSortKey.AccessRate,
            "age" => AccessSortKey.Age,
            "size" => AccessSortKey.Size,
            _ => AccessSortKey.Temperature,
        };
    }

    static List<AccessTemplateChange> Templates(string[] texts)
    {
        if (texts.Length % 3 != 0)
        {
            throw UserErrorException.Usage("--format: set or append, the part and the text are wanted");
        }

        List<AccessTemplateChange> changes = [];
        for (int i = 0; i < texts.Length; i += 3)
        {
            bool append = texts[i] switch
            {
                "set" => false,
                "append" => true,
                _ => throw UserErrorException.Usage($"--format: '{texts[i]}' is neither set nor append"),
            };
            AccessTemplateChange change = new(Area(texts[i + 1]), append, texts[i + 2]);
            try
            {
                AccessReport.Check(change);
            }
            catch (FormatException e)
            {
                throw UserErrorException.Usage($"--format: {e.Message}");
            }

            changes.Add(change);
        }

        return changes;

        static AccessArea Area(string name) => name.Replace(' ', '_') switch
        {
            "record_head" => AccessArea.RecordHead,
            "snapshot_head" => AccessArea.SnapshotHead,
            "region" => AccessArea.Region,
            "snapshot_tail" => AccessArea.SnapshotTail,
            "record_tail" => AccessArea.RecordTail,
            _ => throw UserErrorException.Usage($"--format: '{name}' is none of record_head, snapshot_head, region, snapshot_tail, record_tail"),
        };
    }

    static Dictionary<string, int> MinWidths(string[] texts)
    {
        if (texts.Length % 2 != 0)
        {
            throw UserErrorException.Usage($"--min_chars_for: the number of characters for '{texts[^1]}' is missing");
        }

        Dictionary<string, int> widths = new(StringComparer.Ordinal);
        for (int i = 0; i < texts.Length; i += 2)
        {
            string keyword = texts[i].Trim('<', '>');
            if (!AccessReport.IsKeyword(keyword))
            {
                throw UserErrorException.Usage($"--min_chars_for: '{keyword}' is no keyword");
            }

            widths[keyword] = Quantity.Count(texts[i + 1], "--min_chars_for", 0, MaxWidth);
        }

        return widths;
    }
}
