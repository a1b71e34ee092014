using System.CommandLine;
using System.CommandLine.Parsing;
using Damo.CommandLine;
using Damo.Workloads;

namespace Damo.Commands;

/// <summary><c>damo workload</c>: what <see cref="WorkloadProcess"/> starts. Hidden; its options are no promise to anybody.</summary>
static class WorkloadCommand
{
    /// <param name="run">Runs valid options and returns the exit code.</param>
    public static Command Create(Func<WorkloadOptions, int> run)
    {
        Argument<WorkloadPattern> pattern = new("pattern") { CustomParser = ParseName<WorkloadPattern> };
        Option<WorkloadKind> kind = new("--kind") { CustomParser = ParseName<WorkloadKind> };
        Option<int?> regions = new("--regions");
        Option<long?> regionSize = new("--region-size");
        Option<long> active = new("--active");
        Option<bool> spin = new("--spin");
        Option<string?> directory = new("--directory");
        Option<string?> log = new("--log");
        Option<int> parent = new("--parent");
        Command command = new("workload", "Access memory in a known pattern") { pattern, kind, regions, regionSize, active, spin, directory, log, parent };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            WorkloadOptions defaults = WorkloadOptions.For(parsed.GetValue(pattern));
            WorkloadOptions options = defaults with
            {
                Kind = parsed.GetValue(kind),
                NrRegions = parsed.GetValue(regions) ?? defaults.NrRegions,
                RegionBytes = parsed.GetValue(regionSize) ?? defaults.RegionBytes,
                ActiveBytes = parsed.GetValue(active),
                Spin = parsed.GetValue(spin),
                Directory = parsed.GetValue(directory),
                Log = parsed.GetValue(log),
                Parent = parsed.GetValue(parent),
            };
            if (options.Check() is { } fault)
            {
                throw UserErrorException.Usage(fault);
            }

            try
            {
                return run(options);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new UserErrorException(e.Message);
            }
        });
        return command;
    }

    // Names only; Enum.Parse would take numbers, too.
    static T ParseName<T>(ArgumentResult result)
        where T : struct, Enum
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        foreach (T value in Enum.GetValues<T>())
        {
            if (value.ToString().Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        result.AddError($"'{text}' is unknown, but must be one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");
        return default;
    }
}
