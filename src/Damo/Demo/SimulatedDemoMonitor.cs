using System.Globalization;
using Damo.CommandLine;
using Damo.Outputs;
using Damo.Recording;
using Damon.Linux.Outputs;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Records.Streams;
using Damon.Simulation;

namespace Damo.Demo;

/// <summary>Monitors a simulated address space in simulated time.</summary>
/// <param name="pattern">Its script.</param>
sealed class SimulatedDemoMonitor(SimulatedPattern pattern) : IDemoMonitor
{
    /// <inheritdoc/>
    public DemoOutcome Run(DemoRequest request)
    {
        SimulatedClock clock = new();
        MonitoringContext context = new(new SimulatedOperations(pattern, clock), request.Arguments.Seed);
        MonitoringAttributes attributes = context.Attributes;
        context.AddTarget(new Target(request.TargetId));
        Kdamond kdamond = new(context, clock);
        string output = request.Arguments.Output;
        using OutputPair pair = Output.BeginRecord(output, OutputRule.Private);
        RecordSummary Summary() => new() { TimeNs = kdamond.Statistics.LastNs, Snapshots = kdamond.Statistics.NrAggregations };
        using Recorder recorder = new(pair, RecordFormat.Binary, Header(request, attributes), new ProcFileSystem(), Summary);
        context.Observers.Add(request.Observer);
        context.Observers.Add(recorder);
        context.Observers.Add(new TimeLimit((long)request.Arguments.Duration.TotalMicroseconds * 1000));
        kdamond.Run();
        recorder.WriteEnd(Summary() with { EndReason = "timeout" });
        return (recorder.Fault ?? recorder.SidecarFault) is { } fault
            ? throw new UserErrorException(fault)
            : new DemoOutcome("simulated", attributes, kdamond.Statistics);
    }

    static RecordHeader Header(DemoRequest request, MonitoringAttributes attributes) => RecordHeader.Of(attributes, startNs: 0) with
    {
        Tool = ToolVersion.Name,
        ToolVersion = ToolVersion.Text,
        KernelRelease = Environment.OSVersion.Version.ToString(),
        CommandLine = Environment.GetCommandLineArgs(),
        Request = new RecordRequest { Regions = [new RecordRange { Start = request.Range.Start, End = request.Range.End }] },
        AccessCheck = new RecordAccessCheck
        {
            Name = "simulated",
            Granularity = "page",
            Notes = [string.Create(CultureInfo.InvariantCulture, $"a simulated address space; seed {request.Arguments.Seed}")],
        },
        AddressSpace = "simulated",
    };

    /// <summary>Ends a run in simulated time.</summary>
    sealed class TimeLimit(long limitNs) : IKdamondObserver
    {
        public bool OnSnapshot(MonitoringContext context, Snapshot snapshot) => snapshot.TimeNs < limitNs;
    }
}
