using System.CommandLine;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Outputs;
using Damo.Reporting;
using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Reports.Heatmap;
using Damon.Reports.Heats;
using Damon.Reports.Html;

namespace Damo.Commands;

/// <summary><c>damo report html</c>: a page to look into a record with a browser, in one file.</summary>
static class ReportHtmlCommand
{
    static readonly Option<string> s_output = new(
        "--output",
        "-o")
    {
        Description = "The page (damon.html); - is standard output",
        HelpName = "file",
        CompletionSources = { Expected.File },
        DefaultValueFactory = _ => "damon.html",
    };

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
            InputOptions.File, InputOptions.All, s_output, s_resolution,
        };
        TargetChoice.AddTo(command);
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        string output = parsed.GetValue(s_output)!;
        FileEndings.CheckPage(output);
        TargetChoice choice = TargetChoice.Parse(parsed);
        (int Time, int Address)? resolution = parsed.GetValue(s_resolution) is [var time, var address]
            ? (Quantity.Count(time, "--resol", 1, HeatmapGrid.MaxCells), Quantity.Count(address, "--resol", 1, HeatmapGrid.MaxCells))
            : null;
        using RecordSource source = ReportInput.Open(parsed, terminal, readTwice: true);
        try
        {
            HtmlReport report = Read(source, choice, resolution);
            Output.Write(output, [source.Input], terminal, report.Write);
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

    static HtmlReport Read(RecordSource source, TargetChoice choice, (int Time, int Address)? resolution)
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
        IReadOnlyList<HeatmapGuide> meant = choice.Of(guides.ToGuides(), source);
        TargetChoice.Tell(meant, source);
        HeatmapGuide guide = meant[0];
        IReadOnlyList<AddressRange> areas = HeatmapBinning.Drawable(guide.Areas, resolution?.Address ?? 1);
        if (areas.Count == 0)
        {
            throw new HeatsException($"no area of target {guide.TargetId} has {resolution?.Address ?? 1} bytes, one for each cell");
        }

        // Cells are neither shorter than 1 ns nor smaller than 1 byte.
        (int timeCells, int addressCells) = resolution ?? HtmlReport.Resolution(areas.Count, guides.Times.Snapshots);
        int most = resolution is null ? (int)Math.Clamp(guide.EndNs - guide.FirstNs, 1, timeCells) : timeCells;
        HeatmapGrid[] grids = [.. areas.Select(area =>
            new HeatmapGrid(guide.FirstNs, guide.EndNs, area, most, resolution is null ? (int)Math.Min(area.Size, (ulong)addressCells) : addressCells))];
        HtmlReport report = new(guide, grids, source.LoadMetadata(guide.TargetId, guide.EndNs), guides.Times, addressBits);
        using SidecarReader? ages = source.OpenSidecar();
        source.Read(report.Add, guides.Times, ages);
        return report;
    }
}
