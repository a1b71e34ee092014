using System.CommandLine;
using Damo.CommandLine;
using Damo.Reporting;
using Damon.Charts;
using Damon.Numbers;
using Damon.Records.Streams;
using Damon.Reports.Footprints;

namespace Damo.Commands;

/// <summary><c>damo report footprints</c>: how much memory processes and machine used while the DAMON tools recorded.</summary>
static class ReportFootprintsCommand
{
    /// <summary>Longer bars fit no terminal.</summary>
    const int MaxBar = 10_000;

    static readonly string[] s_metrics = ["vsz", "rss", "sys_used", "all"];

    static readonly Argument<string[]> s_words = new("metric")
    {
        Description = "vsz: virtual memory of the processes; rss: what is present; sys_used: what is not free on the machine; all (all); and the file, as "
            + "--input",
        HelpName = "metric> <record",
        Arity = new ArgumentArity(0, 2),
        CompletionSources = { Expected.Words(s_metrics), Expected.File },
    };

    static readonly Option<string> s_input = new("--input", "-i", "--input_file")
    {
        Description = "The footprints, or the record beside which they are (damon.data.mem_footprint)",
        HelpName = "file",
        CompletionSources = { Expected.File },
        DefaultValueFactory = _ => "damon.data" + FootprintFile.Suffix,
    };

    static readonly Option<string> s_bar = new("--nr_cols_bar") { Description = "Length of the longest bar; 0 for none (59)", HelpName = "n" };
    static readonly Option<bool> s_raw = new("--raw_number") { Description = "Sizes in plain bytes" };
    static readonly Option<bool> s_all = new("--all_footprint") { Description = "All values instead of percentiles" };

    public static Command Create(Terminal terminal)
    {
        Command command = new("footprints", "Print the distribution of memory footprints")
        {
            s_words, s_input, PercentileOptions.Range, PercentileOptions.Sort, PercentileOptions.Plot, s_bar, s_raw, s_all, ReportOptions.Json,
            ReportOptions.Csv,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        OutputForm form = ReportOptions.Form(parsed);
        FootprintOptions options = Options(parsed);
        PictureFile? picture = PercentileOptions.Picture(parsed);
        (string metric, string input) = Words(parsed);
        FootprintMetric[] metrics = Metrics(metric);
        string file = input.EndsWith(FootprintFile.Suffix, StringComparison.Ordinal) ? input : input + FootprintFile.Suffix;
        IReadOnlyList<FootprintSample> samples = Load(file);
        FootprintDistribution[] distributions = [.. metrics.Select(m => FootprintDistribution.Of(m, samples, options)).OfType<FootprintDistribution>()];
        if (distributions.Length == 0)
        {
            throw new UserErrorException($"{file}: {(samples.Count == 0 ? "no footprint was recorded" : "no footprint of the machine was recorded")}");
        }

        if (picture is not null)
        {
            picture.Write(new DistributionChart(
                [.. distributions.Select(d => new DistributionSeries(d.Name, [.. d.Sizes.Percentiles.Select(p => ((double)p.Percentile, (double)p.Value))]))],
                options.SortByTime ? "runtime (percent)" : "percentile",
                "memory footprint",
                isBytes: true), file, terminal);
            return (int)ExitCode.Done;
        }

        using Stream output = terminal.OpenOutput();
        if (form == OutputForm.Json)
        {
            FootprintWriter.WriteJson(distributions, options, output);
            return (int)ExitCode.Done;
        }

        using StreamWriter writer = new(output, leaveOpen: true);
        Action<IEnumerable<FootprintDistribution>, FootprintOptions, TextWriter> write = form == OutputForm.Csv
            ? FootprintWriter.WriteCsv
            : FootprintWriter.WriteText;
        write(distributions, options, writer);
        return (int)ExitCode.Done;
    }

    /// <summary>A word that is no metric is the file.</summary>
    static (string Metric, string Input) Words(ParseResult parsed)
    {
        string[] words = parsed.GetValue(s_words) ?? [];
        string metric = words is [var first, ..] && s_metrics.Contains(first, StringComparer.Ordinal) ? first : "all";
        string[] files = words.Length > 0 && words[0] == metric ? words[1..] : words;
        string? named = parsed.GetResult(s_input) is { Implicit: false } ? parsed.GetValue(s_input) : null;
        return files.Length > (named is null ? 1 : 0)
            ? throw UserErrorException.Usage($"'{files[^1]}' is one word too many: give one metric of {string.Join(", ", s_metrics)}, and one file")
            : files is not [var file] ? (metric, parsed.GetValue(s_input)!)
            : File.Exists(file) || File.Exists(file + FootprintFile.Suffix) ? (metric, file)
            : throw UserErrorException.Usage($"'{file}' is neither a file nor a metric, which are {string.Join(", ", s_metrics)}");
    }

    static IReadOnlyList<FootprintSample> Load(string file)
    {
        if (!File.Exists(file))
        {
            throw new UserErrorException(
                $"there are no footprints: {file} does not exist; damo record of the DAMON tools writes it with --do_record mem_footprint");
        }

        try
        {
            using FileStream stream = File.OpenRead(file);
            return FootprintFile.Load(stream);
        }
        catch (RecordFormatException e)
        {
            throw new UserErrorException($"{file}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{file} cannot be read: {FailureReason.Of(e)}");
        }
    }

    static FootprintOptions Options(ParseResult parsed)
    {
        FootprintOptions options = new()
        {
            All = parsed.GetValue(s_all),
            Style = parsed.GetValue(s_raw) ? NumberStyle.Raw : NumberStyle.Current,
            SortByTime = PercentileOptions.SortByTime(parsed),
        };
        options = PercentileOptions.Percentiles(parsed) is { } percentiles ? options with { Percentiles = percentiles } : options;
        return parsed.GetValue(s_bar) is { } bar ? options with { BarColumns = Quantity.Count(bar, "--nr_cols_bar", 0, MaxBar) } : options;
    }

    static FootprintMetric[] Metrics(string name) => name switch
    {
        "vsz" => [FootprintMetric.VirtualSize],
        "rss" => [FootprintMetric.ResidentSize],
        "sys_used" => [FootprintMetric.SystemUsed],
        _ => [FootprintMetric.VirtualSize, FootprintMetric.ResidentSize, FootprintMetric.SystemUsed],
    };
}
