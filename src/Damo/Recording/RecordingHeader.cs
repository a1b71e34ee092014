using System.Diagnostics;
using System.Runtime.InteropServices;
using Damo.CommandLine;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records;

namespace Damo.Recording;

/// <summary>What the sidecar says before the first snapshot.</summary>
static class RecordingHeader
{
    /// <summary>The header of a run that begins now.</summary>
    /// <param name="arguments">What was asked for.</param>
    /// <param name="backend">Who monitors.</param>
    /// <param name="accessCheck">How accesses are seen.</param>
    /// <param name="proc">Where the kernel is asked for its name.</param>
    public static RecordHeader Of(RecordArguments arguments, string backend, RecordAccessCheck accessCheck, ProcFileSystem proc)
    {
        MonitoringAttributes a = arguments.Attributes;
        return new RecordHeader
        {
            Tool = "damo (DAMON for .NET)",
            ToolVersion = ToolVersion.Text,
            StartTime = DateTime.UtcNow,
            StartNs = Stopwatch.GetTimestamp(),
            HostName = Environment.MachineName,
            KernelRelease = proc.KernelRelease() ?? Environment.OSVersion.Version.ToString(),
            Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            PageSize = Environment.SystemPageSize,
            CommandLine = arguments.CommandLine,
            Request = new RecordRequest
            {
                Command = arguments.Target.Command,
                Pids = arguments.Target.Pids,
                IncludeChildren = arguments.IncludeChildren,
                Regions = [.. arguments.Regions.Select(r => new RecordRange { Start = r.Start, End = r.End })],
            },
            Backend = backend,
            AccessCheck = accessCheck,
            AddressSpace = arguments.Target.IsPhysical ? TargetSpecification.PhysicalWord : arguments.Regions.Count > 0 ? "fvaddr" : "vaddr",
            Intervals = new RecordIntervals { SampleUs = a.SampleUs, AggrUs = a.AggregationUs, UpdateUs = a.UpdateUs },
            MinRegions = a.MinNrRegions,
            MaxRegions = a.MaxNrRegions,
        };
    }
}
