using System.Globalization;
using Damo.CommandLine;
using Damo.Views;
using Damo.Workloads;
using Damon.Monitoring;

namespace Damo.Demo;

/// <summary><c>damo demo</c>: monitors a workload whose accesses are known and shows what was found beside the truth.</summary>
/// <param name="terminal">Where to show it.</param>
/// <param name="colors">What its output can show.</param>
sealed class DemoRunner(Terminal terminal, ColorDepth colors)
{
    const int SimulatedTargetId = 1;

    /// <returns>The exit code.</returns>
    /// <exception cref="UserErrorException">The workload or the monitoring failed.</exception>
    public int Run(DemoArguments arguments)
    {
        terminal.RequireOutput();
        if (arguments.Simulated)
        {
            SimulatedScene scene = new(arguments.Duration);
            return Run(
                arguments,
                "A simulated program",
                "TRUTH by its script",
                SimulatedTargetId,
                scene.Range,
                scene.Truth,
                new SimulatedDemoMonitor(scene.Pattern));
        }

        try
        {
            using WorkloadProcess workload = WorkloadProcess.Start(WorkloadOptions.For(WorkloadPattern.Stripes));
            return Run(arguments, "A program", "TRUTH by its own log", workload.Pid, workload.Log.Range, workload.Log, new ProcessDemoMonitor());
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new UserErrorException($"the demo's own program failed: {e.Message}");
        }
    }

    int Run(DemoArguments arguments, string name, string truthTitle, int targetId, AddressRange range, IAccessTruth truth, IDemoMonitor monitor)
    {
        HeatmapPairView view = new(colors);
        HeatMeans found = new(view.NrRows, HeatmapPairView.NrColumns);
        HeatMeans known = new(view.NrRows, HeatmapPairView.NrColumns);
        SampleJudge judge = new(truth, targetId);
        DemoObserver observer = new(truth, judge, found, known, arguments.Duration, terminal);
        DemoOutcome outcome = monitor.Run(new DemoRequest(arguments, targetId, range, observer));
        if (observer.NrSnapshots == 0)
        {
            return outcome.ExitCode != 0 ? outcome.ExitCode : throw new UserErrorException("the demo ended before anything was seen");
        }

        terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} of {range.Size >> 20} MiB, monitored for {outcome.Statistics.ElapsedNs / 1e9:0.0} s. Time goes down, addresses across."));
        terminal.Out.WriteLine();
        view.Write(terminal.Out, "FOUND by monitoring", found, truthTitle, known, arguments.Duration, range.Size);
        terminal.Out.WriteLine();
        DemoReport.Write(terminal.Out, judge, observer, outcome, arguments.Output);
        terminal.Out.Flush();
        return outcome.ExitCode;
    }
}
