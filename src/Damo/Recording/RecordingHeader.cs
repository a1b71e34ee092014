using System.Diagnostics;
using Damo.CommandLine;
using Damon.Linux.Processes;
using Damon.Monitoring;
using Damon.Records.Sidecar;

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
        return RecordHeader.Of(arguments.Attributes, Stopwatch.GetTimestamp()) with
        {
            Tool = ToolVersion.Name,
            ToolVersion = ToolVersion.Text,
            KernelRelease = proc.KernelRelease() ?? Environment.OSVersion.Version.ToString(),
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
            AddressSpace = AddressSpaceNames.Of(arguments.AddressSpace),
        };
    }
}
