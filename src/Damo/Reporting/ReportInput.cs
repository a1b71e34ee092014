using System.CommandLine;
using Damo.CommandLine;
using Damo.Inputs;
using Damon.Records.Sidecar;

namespace Damo.Reporting;

/// <summary>The record that a report is about.</summary>
static class ReportInput
{
    /// <summary>Opens the record that the command line names.</summary>
    /// <param name="parsed">Tells <see cref="InputOptions.Of(ParseResult)"/> and <see cref="InputOptions.Strict"/>.</param>
    /// <param name="terminal">Where damage is told.</param>
    /// <param name="readTwice">Whether it will be read more than once; a pipe is kept in a temporary file then.</param>
    /// <param name="tellsGranularity">Whether a line on standard error tells of a record that knows whole mappings only.</param>
    /// <exception cref="UserErrorException">It cannot be opened.</exception>
    public static RecordSource Open(ParseResult parsed, Terminal terminal, bool readTwice = false, bool tellsGranularity = true)
    {
        RecordSource source = RecordSource.Open(
            InputOptions.Of(parsed),
            parsed.GetValue(InputOptions.Strict),
            terminal,
            readTwice,
            StyleOption.IsFirstAsked(parsed));
        TellUselessSidecar(source);
        if (tellsGranularity)
        {
            source.TellGranularity();
        }

        return source;
    }

    /// <summary>A sidecar that is there and of no use would otherwise be missed in silence.</summary>
    static void TellUselessSidecar(RecordSource source)
    {
        using SidecarReader? sidecar = source.OpenSidecar();
        if (sidecar is { Header: null, Problem: { } problem })
        {
            source.Say($"the sidecar is not used: {problem}");
        }
        else if (sidecar is null && source.Input != RecordSource.StandardInput && Path.Exists(source.Input + SidecarFormat.Suffix))
        {
            source.Say("the sidecar is not used: it is no regular file, or may not be read");
        }
    }
}
