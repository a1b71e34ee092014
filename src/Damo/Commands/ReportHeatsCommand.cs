using System.CommandLine;
using System.Globalization;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Reporting;
using Damo.Views;
using Damon.Monitoring;
using Damon.Records.Streams;
using Damon.Reports;
using Damon.Reports.Heatmap;
using Damon.Reports.Heats;

namespace Damo.Commands;

/// <summary><c>damo report heats</c>: when which addresses were accessed how often, as a generation of the tool printed it for plotting.</summary>
static class ReportHeatsCommand
{
    const string StandardOutputName = "stdout";

    /// <summary>Keeps one row in memory; no picture is this wide.</summary>
    const int MaxCells = 10_000_000;

    static readonly Option<string> s_target = new("--pid", "--tid") { Description = "The target (the one with most memory)", HelpName = "id" };
    static readonly Option<string> s_timeCells = new("--tres") { Description = "Number of rows (500)", HelpName = "n" };
    static readonly Option<string> s_start = new("--tmin") { Description = "From this time in ns (the target's first snapshot)", HelpName = "ns" };
    static readonly Option<string> s_end = new("--tmax") { Description = "Up to this time in ns (the target's last snapshot)", HelpName = "ns" };
    static readonly Option<string> s_addressCells = new("--ares") { Description = "Number of cells per row (500)", HelpName = "n" };
    static readonly Option<string> s_startAddress = new("--amin")
    {
        Description = "From this address (the largest area; the hottest since v2.4.4; together with --amax)",
        HelpName = "address",
    };
    static readonly Option<string> s_endAddress = new("--amax") { Description = "Up to this address (likewise, together with --amin)", HelpName = "address" };
    static readonly Option<bool> s_guide = new("--guide") { Description = "Print times and areas of the targets instead, to choose from" };
    static readonly Option<string> s_picture = new("--heatmap")
    {
        Description = "Draw it into this file (pdf, jpeg, png, svg)",
        HelpName = "file",
        CompletionSources = { Expected.File },
    };

    static readonly Option<string> s_regions = new Option<string>("--regions")
    {
        Description = "In a picture: the largest area, or a panel for each (largest)",
    }.AcceptOnly("largest", "all");

    static readonly Option<string[]> s_resolution = Pair(
        "--resol",
        "Later styles: number of rows and of cells per row (500 500; 40 80 on standard output)",
        "time> <addresses");
    static readonly Option<string[]> s_times = Pair("--time_range", "Later styles: from and up to these times in ns", "start> <end");
    static readonly Option<string[]> s_addresses = Pair("--address_range", "Later styles: from and up to these addresses", "start> <end");
    static readonly Option<bool> s_absoluteTimes = new("--abs_time") { Description = "Later styles: do not count times from the start" };
    static readonly Option<bool> s_absoluteAddresses = new("--abs_addr") { Description = "Later styles: do not count addresses from the start" };
    static readonly Option<string> s_colorset = new Option<string>(
        "--stdout_heatmap_color",
        "--ascii_color")
    { Description = "Later styles: colours of --heatmap stdout (gray)" }.AcceptOnly([.. HeatmapColorset.ByName.Keys]);
    static readonly Option<bool> s_map = new("--plot_ascii") { Description = "As --heatmap stdout" };
    static readonly Option<bool> s_skipExample = new("--stdout_heatmap_skip_color_example")
    {
        Description = "Later styles: leave out the line that explains the digits of --heatmap stdout",
    };
    static readonly Option[] s_ofVersions = [s_resolution, s_times, s_addresses, s_absoluteTimes, s_absoluteAddresses, s_colorset, s_map, s_skipExample];

    static Option<string[]> Pair(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help, Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true };

    public static Command Create(Terminal terminal)
    {
        Command command = new("heats", "Print a grid of access frequencies over time and addresses")
        {
            InputOptions.File, InputOptions.All, s_target, s_timeCells, s_start, s_end, s_addressCells, s_startAddress, s_endAddress, s_guide, s_picture,
            s_regions,
            ReportOptions.TargetId, StyleOption.Style,
        };
        foreach (Option option in s_ofVersions)
        {
            command.Add(option);
        }

        TargetChoice.AddIndicesTo(command);
        command.Add(ReportOptions.Json);
        command.Add(ReportOptions.Csv);
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        bool map = parsed.GetValue(s_map) || parsed.GetValue(s_picture) == StandardOutputName;
        ToolStyle style = StyleOption.Get(parsed, map ? [.. s_ofVersions, s_picture] : s_ofVersions, (ToolStyle.Latest, "damo report heatmap"));
        HeatsRequest request = Request(parsed, map);
        TargetChoice choice = TargetChoice.Parse(parsed);
        OutputForm form = ReportOptions.Form(parsed);
        bool guide = parsed.GetValue(s_guide);
        PictureFile? picture = guide || map ? null : PictureFile.Of(parsed.GetValue(s_picture));
        HeatmapColorset colors = HeatmapColorset.Named(parsed.GetValue(s_colorset)) ?? HeatmapColorset.ByName["gray"];
        bool all = parsed.GetValue(s_regions) == "all";
        if (all && picture is null)
        {
            throw UserErrorException.Usage("--regions all is for pictures: give --heatmap too");
        }

        using RecordSource source = ReportInput.Open(parsed, terminal, readTwice: !guide);
        HeatsGuides guides = new();
        source.Read((series, snapshot) => guides.Add(series, snapshot));
        IReadOnlyList<HeatsGuide> known = guides.ToGuides();
        known = known.Count == 0 ? known : choice.Of(known, source);
        try
        {
            if (guide)
            {
                using Stream output = terminal.OpenOutput();
                WriteGuides(known, source.Granularity, parsed.GetValue(ReportOptions.TargetId), style, form, output);
            }
            else if (picture is not null)
            {
                HeatsGuide chosen = Choose(known, request, source);
                Draw(source, picture, Complete(source, request, chosen, style), chosen, all);
            }
            else
            {
                HeatsGuide chosen = Choose(known, request, source);
                HeatsGrid grid = new(Complete(source, request, chosen, style));
                using Stream output = terminal.OpenOutput();
                if ((style.IsFirst
                    ? Write(source, chosen, grid, form, output)
                    : WriteVersioned(source, chosen, grid, parsed, style, map ? colors : null, output)) == 0)
                {
                    terminal.Say($"target {grid.TargetId} has no data in {grid.StartNs}-{grid.EndNs} ns, {grid.StartAddress:x}-{grid.EndAddress:x}");
                }
            }
        }
        catch (HeatsException e)
        {
            throw source.Failure(e.Message);
        }

        return source.ExitCode;
    }

    /// <summary>The target that is shown; where others have its id, a line says so.</summary>
    static HeatsGuide Choose(IReadOnlyList<HeatsGuide> known, HeatsRequest request, RecordSource source)
    {
        HeatsGuide chosen = request.Choose(known);
        TargetChoice.Tell([chosen, .. known.Where(guide => guide.TargetId == chosen.TargetId && guide != chosen)], source);
        return chosen;
    }

    /// <summary>Fills in what was not asked for. Since 2.4.4 the area is the hottest one, before it was the largest.</summary>
    static HeatsRequest Complete(RecordSource source, HeatsRequest request, HeatsGuide guide, ToolStyle style)
    {
        if (!request.IsAnywhere || guide.Regions.Count == 1 || !style.Since(2, 4, 4))
        {
            return request.Complete(guide, guide.Largest);
        }

        AreaHeats heats = new(guide.Regions);
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
        return request.Complete(guide, heats.Hottest);
    }

    /// <summary>Draws the cells as they are, without the shift of the text: a panel for what was asked for, or for each area of the guide.</summary>
    static void Draw(RecordSource source, PictureFile picture, HeatsRequest request, HeatsGuide chosen, bool all)
    {
        AddressRange asked = new(request.StartAddress, request.EndAddress);
        IReadOnlyList<AddressRange> areas = all ? chosen.Regions : [asked];
        HeatmapGrid[] grids = [.. HeatmapBinning.Drawable(areas, request.AddressCells)
            .Select(area => new HeatmapGrid(request.StartNs, request.EndNs, area, request.TimeCells, request.AddressCells))];
        if (grids.Length == 0)
        {
            throw new HeatsException($"{asked.Size} bytes of addresses cannot be cut into {request.AddressCells} cells");
        }

        picture.Write(HeatmapBinning.Bin(source, null, chosen.IsOf, request.TargetId, grids).ToChart(), source);
    }

    /// <returns>Number of rows.</returns>
    static long Write(RecordSource source, HeatsGuide chosen, HeatsGrid grid, OutputForm form, Stream output)
    {
        (IHeatsRows rows, Action finish) = Rows(source, grid, form, output);
        HeatsReport report = new(grid, rows);
        source.Read(Of(chosen, report.Add));
        finish();
        return report.Rows;
    }

    /// <param name="source">The record.</param>
    /// <param name="chosen">The target.</param>
    /// <param name="grid">The cells.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="style">A version of the tool.</param>
    /// <param name="map">Colours of a map; null for the cells as lines.</param>
    /// <param name="output">Where to.</param>
    /// <returns>Number of snapshots that count.</returns>
    static long WriteVersioned(RecordSource source, HeatsGuide chosen, HeatsGrid grid, ParseResult parsed, ToolStyle style, HeatmapColorset? map, Stream output)
    {
        VersionedHeats heats = new(grid);
        source.Read(Of(chosen, heats.Add));
        OutputForm form = ReportOptions.Form(parsed);
        if (map is not null && form == OutputForm.Text)
        {
            using StreamWriter writer = new(output, leaveOpen: true);
            VersionedHeatsMap.Write(heats, map, style, !parsed.GetValue(s_skipExample), writer);
            return heats.Snapshots;
        }

        if (form == OutputForm.Text)
        {
            VersionedHeatsText text = new(grid, style, parsed.GetValue(s_absoluteTimes), parsed.GetValue(s_absoluteAddresses), output);
            heats.Write(text);
            text.Flush();
            return heats.Snapshots;
        }

        (IHeatsRows rows, Action finish) = Rows(source, grid, form, output);
        heats.Write(rows);
        finish();
        return heats.Snapshots;
    }

    /// <summary>Snapshots of other series would cut those of the chosen one short, each of which begins where the one before ended.</summary>
    static Action<RecordSeries, Snapshot> Of(HeatsGuide chosen, Action<Snapshot> add) => (series, snapshot) =>
    {
        if (chosen.Series.IsSame(series))
        {
            add(snapshot);
        }
    };

    static (IHeatsRows Rows, Action Finish) Rows(RecordSource source, HeatsGrid grid, OutputForm form, Stream output)
    {
        switch (form)
        {
            case OutputForm.Json:
                HeatsJson json = new(grid, output, source.Granularity);
                return (json, json.Finish);
            case OutputForm.Csv:
                HeatsCsv csv = new(grid, output);
                return (csv, csv.Flush);
            default:
                HeatsText text = new(grid, output);
                return (text, text.Flush);
        }
    }

    static void WriteGuides(IReadOnlyList<HeatsGuide> guides, string? granularity, bool targetIdLabel, ToolStyle style, OutputForm form, Stream output)
    {
        switch (form)
        {
            case OutputForm.Json:
                HeatsGuideWriter.WriteJson(guides, output, granularity);
                break;
            case OutputForm.Csv:
                HeatsGuideWriter.WriteCsv(guides, output);
                break;
            default:
                HeatsGuideWriter.WriteText(guides, targetIdLabel || !style.IsFirst, output, style);
                break;
        }
    }

    static HeatsRequest Request(ParseResult parsed, bool map)
    {
        HeatsRequest request = map ? new() { TimeCells = 40, AddressCells = 80 } : new();
        if (parsed.GetValue(s_resolution) is [var times, var addresses])
        {
            request = request with
            {
                TimeCells = Quantity.Count(times, "--resol", 1, MaxCells),
                AddressCells = Quantity.Count(addresses, "--resol", 1, MaxCells),
            };
        }

        (string? startTime, string? endTime) = parsed.GetValue(s_times) is [var from, var to] ? (from, to) : (parsed.GetValue(s_start), parsed.GetValue(s_end));
        (string? startAddress, string? endAddress) = parsed.GetValue(s_addresses) is [var low, var high]
            ? (low, high)
            : (parsed.GetValue(s_startAddress), parsed.GetValue(s_endAddress));
        return request with
        {
            TargetId = parsed.GetValue(s_target) is { } target ? Target(target) : 0,
            TimeCells = parsed.GetValue(s_timeCells) is { } rows ? Quantity.Count(rows, "--tres", 1, MaxCells) : request.TimeCells,
            AddressCells = parsed.GetValue(s_addressCells) is { } cells ? Quantity.Count(cells, "--ares", 1, MaxCells) : request.AddressCells,
            StartNs = Time(startTime, "--tmin"),
            EndNs = Time(endTime, "--tmax"),
            StartAddress = Address(startAddress, "--amin"),
            EndAddress = Address(endAddress, "--amax"),
        };
    }

    static long Time(string? text, string what) => text is null ? 0 : (long)Quantity.Integer(text, what, long.MaxValue);

    static ulong Address(string? text, string what) => text is null ? 0 : Quantity.Integer(text, what, ulong.MaxValue);

    static Int128 Target(string text) => Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 id)
        ? id
        : throw UserErrorException.Usage($"--pid: '{text}' is no target id");
}
