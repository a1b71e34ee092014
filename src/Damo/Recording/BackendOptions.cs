using System.CommandLine;
using Damo.CommandLine;
using Damon.Linux.Backends;
using Damon.Linux.Engine;
using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.DebugFs;
using Damon.Linux.KernelDamon.Sysfs;

namespace Damo.Recording;

/// <summary>Who monitors: this program, or the kernel's own DAMON.</summary>
static class BackendOptions
{
    /// <summary>Environment variable that stands for <c>--backend</c>.</summary>
    const string Variable = "DAMO_BACKEND";

    static readonly string[] s_names = [BackendChoice.Auto, EngineBackend.BackendName, SysfsBackend.BackendName, DebugFsBackend.BackendName];

    /// <summary><c>--backend</c>.</summary>
    public static Option<string?> Backend { get; } = new Option<string?>("--backend")
    {
        Description = "Who monitors: this program, or the kernel's own DAMON by one of its interfaces (auto: the kernel's where nobody else uses it); also by "
            + "the variable DAMO_BACKEND",
    }.AcceptOnly(s_names);

    /// <summary><c>--debugfs</c>, as the first tool had it.</summary>
    public static Option<string?> DebugFs { get; } = new("--debugfs", "-d")
    {
        Description = "Where debugfs is mounted, for --backend debugfs",
        HelpName = "dir",
        CompletionSources = { Expected.Folder },
    };

    /// <summary>Who monitors, and the variable that says so; null where that is not what counts.</summary>
    /// <exception cref="UserErrorException">The variable names nobody.</exception>
    public static (string Name, string? Variable) Of(ParseResult parsed)
    {
        string? option = parsed.GetValue(Backend);
        if (option is not null || Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } name)
        {
            return (option ?? BackendChoice.Auto, null);
        }

        return s_names.Contains(name, StringComparer.Ordinal)
            ? (name, Variable)
            : throw UserErrorException.Usage($"{Variable}: '{name}' is none of {string.Join(", ", s_names)}");
    }

    /// <summary>The interfaces of the kernel's own DAMON.</summary>
    public static IReadOnlyList<IDamonBackend> OfKernel(ParseResult parsed) => KernelBackends.At(
        parsed.GetRequiredValue(KernelRoots.Admin),
        parsed.GetValue(DebugFs) is { } mounted ? Path.Combine(mounted, "damon") : parsed.GetRequiredValue(KernelRoots.DebugFs),
        parsed.GetRequiredValue(KernelRoots.Tracing),
        parsed.GetRequiredValue(KernelRoots.Modules),
        parsed.GetRequiredValue(KernelRoots.Notes));
}
