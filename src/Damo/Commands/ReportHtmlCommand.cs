using System.CommandLine;
using System.Globalization;
using Damo.CommandLine;
using Damo.CommandLine.Completion;
using Damo.Reporting;
using Damon.Monitoring;
using Damon.Records;
using Damon.Reports.Heatmap;
using Damon.Reports.Heats;
using Damon.Reports.Html;
using HeatmapGrid = Damon.Reports.Heatmap.HeatmapGrid;

namespace Damo.Commands;

/// <summary><c>damo report html</c>: a page to look into a record with a browser, in one file.</summary>
static class ReportHtmlCommand
{
    static readonly Option<string> s_output = new("--output", "-o") { Description = "The page (damon.html)", HelpName = "file", CompletionSources = { Expected.File }, DefaultValueFactory = _ => "damon.html" };
    static readonly Option<string> s_target = new("--tid") { Description = "The target (the one with most memory)", HelpName = "id" };

    static readonly Option<string[]> s_resolution = new("--resol")
    {
        Description = "Number of cells of time and of addresses of each area (as many as keep the page below 5 MB)",
        HelpName = "time> <addresses",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create(Terminal terminal)
    {
        Command command = new("html", "Write a page with a heatmap to zoom into, the working set size and the hottest mappings")
        {
            RecordInputs.File, RecordInputs.Input, RecordInputs.InputType, RecordInputs.Strict, s_output, s_target, s_resolution,
        };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        string output = parsed.GetValue(s_output)!;
        Int128? wanted = parsed.GetValue(s_target) is not { } text ? null
            : Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 id) ? id
            : throw UserErrorException.Usage($"--tid: '{text}' is no target id");
        (int Time, int Address)? resolution = parsed.GetValue(s_resolution) is [var time, var address]
            ? (Quantity.Count(time, "--resol", 1, HeatmapGrid.MaxCells), Quantity.Count(address, "--resol", 1, HeatmapGrid.MaxCells))
            : null;
        using RecordSource source = RecordSource.Open(parsed, terminal, readTwice: true);
        try
        {
            HtmlReport report = Read(source, wanted, resolution);
            ResultFile.Write(output, report.Write);
        }
        catch (HeatsException e)
        {
            throw source.Failure(e.Message);
        }
        catch (OverflowException)
        {
            throw source.Failure("the sizes of the regions of one target add up to more than 64 bits; its regions overlap");
        }

        return source.ExitCode;
    }

    static HtmlReport Read(RecordSource source, Int128? wanted, (int Time, int Address)? resolution)
    {
        RecordMetadata? metadata = source.LoadMetadata();
        HeatmapGuides guides = new(new AccessRates(metadata));
        ulong addressBits = 0;
        source.Read((series, snapshot) =>
        {
            guides.Add(series, snapshot);
            for (int i = 0; i < snapshot.NrTargets; i++)
            {
                foreach (ref readonly SnapshotRegion region in snapshot[i].Regions)
                {
                    addressBits |= region.Start | region.End;
                }
            }
        });
        HeatmapGuide guide = guides.ToGuides().FirstOrDefault(g => wanted is null || g.TargetId == wanted)
            ?? throw source.Failure(wanted is null ? "no snapshot names a target" : $"there is no target {wanted}");
        IReadOnlyList<AddressRange> areas = HeatmapBinning.Drawable(guide.Areas, resolution?.Address ?? 1);
        if (areas.Count == 0)
        {
            throw new HeatsException($"no area of target {guide.TargetId} has {resolution?.Address ?? 1} bytes, one for each cell");
        }

        // Cells are neither shorter than 1 ns nor smaller than 1 byte.
        (int timeCells, int addressCells) = resolution ?? HtmlReport.Resolution(areas.Count, guides.Times.Snapshots);
        int most = resolution is null ? (int)Math.Clamp(guide.EndNs - guide.FirstNs, 1, timeCells) : timeCells;
        HeatmapGrid[] grids = [.. areas.Select(area => new HeatmapGrid(guide.FirstNs, guide.EndNs, area, most, resolution is null ? (int)Math.Min(area.Size, (ulong)addressCells) : addressCells))];
        HtmlReport report = new(guide, grids, metadata, guides.Times, addressBits);
        using SidecarReader? ages = source.OpenSidecar();
        source.Read(report.Add, guides.Times, ages);
        return report;
    }
}
