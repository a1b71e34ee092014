using System.CommandLine;
using System.CommandLine.Parsing;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Reporting;
using Damo.Views;
using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Reports.Heatmap;
using Damon.Reports.Heats;
using Damon.Reports.RecordInfo;

namespace Damo.Commands;

/// <summary><c>damo report heatmap</c>: when which addresses were accessed how often, on the terminal, as numbers or as a picture.</summary>
static class ReportHeatmapCommand
{
    const string StandardOutputName = "stdout";
    const string RawName = "raw";
    const int MinColumns = 20;
    const int MaxColumns = 240;

    static readonly Option<string> s_output = new("--output")
    {
        Description = "stdout: a map of characters; raw: time, address and heat of each cell; or a file (pdf, jpeg, png, svg) (stdout)",
        HelpName = "stdout|raw|file",
        CompletionSources = { Expected.Words(StandardOutputName, RawName), Expected.File },
        DefaultValueFactory = _ => StandardOutputName,
    };

    static readonly Option<string[]> s_resolution = new("--resol")
    {
        Description = "Number of cells of time and of addresses (40 80 on standard output, as wide as a terminal; 500 500 elsewhere)",
        HelpName = "time> <addresses",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    static readonly Option<string[]> s_times = Range(
        "--time_range",
        "Times in ns; a base that is added to both may follow: guided (start of the guide), guided_end, or a number (all of the target's)");
    static readonly Option<string[]> s_addresses = Range("--address_range", "Addresses; a base may follow as above; may be given several times");

    static readonly Option<string> s_areas = new Option<string>("--draw_range")
    {
        Description = "Without --address_range: the hottest area of the guide, or all (hottest)",
    }.AcceptOnly("hottest", "all");
    static readonly Option<bool> s_absoluteTimes = new("--abs_time") { Description = "Do not count times from the start" };
    static readonly Option<bool> s_absoluteAddresses = new("--abs_addr") { Description = "Do not count addresses from the start" };
    static readonly Option<bool> s_guide = new("--guide") { Description = "Print times and areas instead, to choose from" };
    static readonly Option<bool> s_guideHuman = new("--guide_human") { Description = "The same with units" };
    static readonly Option<string> s_colorset = new Option<string>("--stdout_colorset")
    {
        Description = "Colours on the terminal (the finest it has)",
    }.AcceptOnly([.. HeatmapColorset.ByName.Keys]);
    static readonly Option<bool> s_skipExample = new("--stdout_skip_colorset_example") { Description = "Leave out the line that explains the digits" };

    public static Command Create(Terminal terminal, ColorDepth colors)
    {
        Command command = new("heatmap", "Show access frequencies over time and addresses")
        {
            InputOptions.File, InputOptions.All, s_output, s_resolution, s_times, s_addresses, s_areas, s_absoluteTimes, s_absoluteAddresses,
            s_guide, s_guideHuman, s_colorset, s_skipExample, ReportOptions.Json, ReportOptions.Csv,
        };
        TargetChoice.AddTo(command);
        command.SetAction(parsed => Run(parsed, terminal, colors));
        return command;
    }

    static Option<string[]> Range(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "start> <end> <base",
        Arity = new ArgumentArity(2, 3 * 64),
        AllowMultipleArgumentsPerToken = true,
    };

    static int Run(ParseResult parsed, Terminal terminal, ColorDepth colors)
    {
        OutputForm form = ReportOptions.Form(parsed);
        string output = parsed.GetValue(s_output)!;
        bool isFile = form == OutputForm.Text && output is not (StandardOutputName or RawName);
        bool guide = parsed.GetValue(s_guide) || parsed.GetValue(s_guideHuman);
        PictureFile? picture = isFile && !guide ? PictureFile.Of(output) : null;
        HeatmapColorset? colorset = HeatmapColorset.Named(parsed.GetValue(s_colorset));
        (int timeCells, int addressCells) = Resolution(parsed.GetValue(s_resolution), form == OutputForm.Text && output == StandardOutputName, terminal);
        TargetChoice choice = TargetChoice.Parse(parsed);
        bool all = parsed.GetValue(s_areas) == "all";
        IReadOnlyList<string[]> times = Ranges(parsed.GetResult(s_times), "--time_range");
        if (times.Count > 1)
        {
            throw UserErrorException.Usage("--time_range: give one range of times");
        }

        using RecordSource source = ReportInput.Open(parsed, terminal, readTwice: !guide);
        HeatmapGuides collected = Collect(source);
        IReadOnlyList<HeatmapGuide> guides = choice.Of(collected.ToGuides(), source);
        if (guide)
        {
            WriteGuides(guides, source.Granularity, form, parsed.GetValue(s_guideHuman), terminal);
            return source.ExitCode;
        }

        if (guides.Any(g => g.HasIntervals) && !guides.All(g => g.HasIntervals))
        {
            throw source.Failure("Some records have intervals while some not.  Cannot proceed.");
        }

        try
        {
            TargetChoice.Tell(guides, source);
            HeatmapGuide chosen = guides[0];
            (long startNs, long endNs) = times.Count == 0 ? (chosen.FirstNs, chosen.EndNs) : Times(times[0], chosen);
            IReadOnlyList<AddressRange> asked = [.. Ranges(parsed.GetResult(s_addresses), "--address_range").Select(r => Addresses(r, chosen))];
            IReadOnlyList<AddressRange> areas = asked.Count > 0 ? asked : Areas(source, chosen, all, addressCells);
            HeatmapGrid[] grids = [.. areas.Select(area => new HeatmapGrid(startNs, endNs, area, timeCells, addressCells))];
            HeatmapBinning binning = HeatmapBinning.Bin(source, collected.Times, chosen.IsOf, chosen.TargetId, grids);
            if (picture is not null)
            {
                picture.Write(binning.ToChart(), source);
                return source.ExitCode;
            }

            Write(
                binning,
                parsed,
                form,
                output == RawName,
                source.Granularity,
                new HeatmapText(colors, colorset, binning.Unit, !parsed.GetValue(s_skipExample)),
                terminal);
        }
        catch (HeatsException e)
        {
            throw source.Failure(e.Message);
        }

        return source.ExitCode;
    }

    static HeatmapGuides Collect(RecordSource source)
    {
        HeatmapGuides guides = new(new AccessRates(source.LoadMetadata()));
        using SidecarReader? ages = source.OpenSidecar();
        source.Read(guides.Add, sidecar: ages);
        return guides;
    }

    static void Write(HeatmapBinning binning, ParseResult parsed, OutputForm form, bool raw, string? granularity, HeatmapText text, Terminal terminal)
    {
        HeatmapLabels labels = (parsed.GetValue(s_absoluteTimes)
            ? HeatmapLabels.AbsoluteTimes
            : 0) | (parsed.GetValue(s_absoluteAddresses) ? HeatmapLabels.AbsoluteAddresses : 0);
        using Stream output = terminal.OpenOutput();
        switch (form)
        {
            case OutputForm.Json:
                HeatmapWriter.WriteJson(binning.TargetId, binning.Unit, binning.Models, output, granularity);
                break;
            case OutputForm.Csv:
                HeatmapWriter.WriteCsv(binning.Models, labels, output);
                break;
            case OutputForm.Text when raw:
                HeatmapWriter.WriteRaw(binning.Models, labels, output);
                break;
            default:
                using (StreamWriter writer = new(output, leaveOpen: true))
                {
                    if (terminal.OutIsTerminal)
                    {
                        writer.Write($"# {binning.TargetName}\n");
                    }

                    foreach (HeatmapModel model in binning.Models)
                    {
                        text.Write(writer, model);
                        if (terminal.OutIsTerminal)
                        {
                            HeatmapText.WriteNames(writer, model, binning.Names, terminal.Columns);
                        }
                    }
                }

                break;
        }
    }

    static void WriteGuides(IReadOnlyList<HeatmapGuide> guides, string? granularity, OutputForm form, bool human, Terminal terminal)
    {
        using Stream output = terminal.OpenOutput();
        if (form == OutputForm.Json)
        {
            HeatmapWriter.WriteGuidesJson(guides, output, granularity);
            return;
        }

        if (form == OutputForm.Csv)
        {
            using StreamWriter csv = new(output, leaveOpen: true);
            RecordInfoWriter.WriteCsv(guides, csv);
            return;
        }

        using StreamWriter writer = new(output, leaveOpen: true);
        HeatmapWriter.WriteGuides(guides, human, writer);
    }

    /// <summary>The areas of the guide that are drawn: all, or the one with most accesses per byte, each region that is accessed counted whole.</summary>
    static IReadOnlyList<AddressRange> Areas(RecordSource source, HeatmapGuide guide, bool all, int addressCells)
    {
        IReadOnlyList<AddressRange> areas = HeatmapBinning.Drawable(guide.Areas, addressCells);
        if (areas.Count == 0)
        {
            throw new HeatsException($"no area of target {guide.TargetId} has {addressCells} bytes, one for each cell");
        }

        if (all || areas.Count == 1)
        {
            return areas;
        }

        AreaHeats heats = new(areas);
        source.Read((series, snapshot) =>
        {
            for (int i = 0; i < snapshot.NrTargets; i++)
            {
                if (guide.IsOf(series, snapshot[i]))
                {
                    heats.Add(snapshot[i].Regions);
                }
            }
        });
        return [heats.Hottest];
    }

    /// <summary>Splits what an option was given into ranges: with a base, or all without.</summary>
    static IReadOnlyList<string[]> Ranges(OptionResult? given, string what)
    {
        if (given is null || given.Implicit)
        {
            return [];
        }

        int each = given.Tokens.Count / Math.Max(given.IdentifierTokenCount, 1);
        return each is 2 or 3 && given.Tokens.Count % each == 0 && given.Tokens.Count == each * given.IdentifierTokenCount
            ? [.. given.Tokens.Select(t => t.Value).Chunk(each)]
            : throw UserErrorException.Usage($"{what}: give start and end, and perhaps a base; the same number of them each time");
    }

    static (long StartNs, long EndNs) Times(string[] range, HeatmapGuide guide)
    {
        Int128 origin = range.Length < 3 ? 0 : range[2] switch
        {
            "guided" => guide.StartNs,
            "guided_end" => guide.EndNs,
            var number => Number(number, "--time_range"),
        };
        Int128 start = origin + Number(range[0], "--time_range");
        Int128 end = origin + Number(range[1], "--time_range");
        return start >= 0 && end > start && end <= long.MaxValue
            ? ((long)start, (long)end)
            : throw UserErrorException.Usage($"--time_range: {start} to {end} ns is no range of times");
    }

    static AddressRange Addresses(string[] range, HeatmapGuide guide)
    {
        Int128 origin = range.Length < 3 ? 0 : range[2] switch
        {
            "guided" => guide.Regions.Count > 0 ? guide.Regions[0].Start : 0,
            "guided_end" => guide.Regions.Count > 0 ? guide.Regions[^1].End : 0,
            var address => Address(address),
        };
        Int128 start = origin + Address(range[0]);
        Int128 end = origin + Address(range[1]);
        return start >= 0 && end > start && end <= ulong.MaxValue
            ? new AddressRange((ulong)start, (ulong)end)
            : throw UserErrorException.Usage($"--address_range: {start} to {end} is no range of addresses");
    }

    static Int128 Address(string text) => text.StartsWith('-')
        ? -(Int128)Quantity.Address(text[1..], "--address_range")
        : Quantity.Address(text, "--address_range");

    static Int128 Number(string text, string what) =>
        text.StartsWith('-') ? -(Int128)Quantity.Integer(text[1..], what, long.MaxValue) : Quantity.Integer(text, what, long.MaxValue);

    static (int Time, int Address) Resolution(string[]? given, bool isMap, Terminal terminal) => given switch
    {
        [var time, var address] => (Quantity.Count(time, "--resol", 1, HeatmapGrid.MaxCells), Quantity.Count(address, "--resol", 1, HeatmapGrid.MaxCells)),
        _ when !isMap => (500, 500),
        _ => (40, terminal.OutIsTerminal ? Math.Clamp(terminal.Columns, MinColumns, MaxColumns) : 80),
    };
}
