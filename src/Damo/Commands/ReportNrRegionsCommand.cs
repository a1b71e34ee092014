using System.CommandLine;
using Damo.CommandLine;
using Damo.Inputs;
using Damo.Reporting;
using Damon.Reports.Distribution;

namespace Damo.Commands;

/// <summary><c>damo report nr_regions</c>.</summary>
static class ReportNrRegionsCommand
{
    public static Command Create(Terminal terminal)
    {
        Command command = new("nr_regions", "Print the distribution of the number of regions")
        {
            InputOptions.File, InputOptions.All, PercentileOptions.Range, PercentileOptions.Sort, PercentileOptions.Plot,
            ReportOptions.TargetId, ReportOptions.Json, ReportOptions.Csv,
        };
        command.SetAction(parsed => DistributionRun.Run(parsed, DistributionKind.NrRegions, terminal));
        return command;
    }
}
