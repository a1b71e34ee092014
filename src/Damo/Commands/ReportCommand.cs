using System.CommandLine;
using Damo.CommandLine;

namespace Damo.Commands;

/// <summary><c>damo report</c>: the reports are its sub-commands.</summary>
static class ReportCommand
{
    public static Command Create(Terminal terminal) =>
        new("report", "Show what a record holds")
        {
            ReportRawCommand.Create(terminal),
            ReportHeatsCommand.Create(terminal),
            ReportHeatmapCommand.Create(terminal, ColorDetection.Detect(Console.IsOutputRedirected, Environment.GetEnvironmentVariable)),
            ReportHtmlCommand.Create(terminal),
            ReportWorkingSetCommand.Create(terminal),
            ReportNrRegionsCommand.Create(terminal),
            ReportFootprintsCommand.Create(terminal),
            ReportRecordInfoCommand.Create(terminal),
            ReportAccessCommand.Create(terminal),
        };
}
