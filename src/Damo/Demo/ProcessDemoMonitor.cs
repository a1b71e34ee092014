using Damo.CommandLine;
using Damo.Recording;
using Damon.Monitoring;

namespace Damo.Demo;

/// <summary>Monitors a real process exactly as <c>damo record</c> does.</summary>
sealed class ProcessDemoMonitor : IDemoMonitor
{
    const double OverheadPercent = 5;

    /// <inheritdoc/>
    public DemoOutcome Run(DemoRequest request)
    {
        RecordArguments arguments = new()
        {
            Target = new TargetSpecification(null, [request.TargetId]),
            Attributes = new MonitoringAttributes(),
            Output = request.Arguments.Output,
            Regions = [request.Range],
            OverheadPercent = OverheadPercent,
            Timeout = request.Arguments.Duration,
            Seed = request.Arguments.Seed,
            CommandLine = Environment.GetCommandLineArgs(),
        };
        RecordSession session = new(
            arguments,
            kernel: [],
            new Terminal(TextWriter.Null, TextWriter.Null, errorIsTerminal: false))
        { Observers = [request.Observer] };
        int exitCode = session.Run();
        return new DemoOutcome(session.AccessCheck!, arguments.Attributes, session.Statistics!, exitCode);
    }
}
