using System.CommandLine;
using Damo.CommandLine;
using Damo.DebugFs;
using Damo.Reporting;
using Damon.Linux.DamonFs;

namespace Damo.Commands;

/// <summary><c>damo debugfs</c>: DAMON's debugfs interface, on kernels that have none.</summary>
static class DebugFsCommand
{
    static readonly Option<string?> s_era = new("--era")
    {
        Description = $"The rules to follow: {DamonFsEra.Forms} (seed)",
        HelpName = "era",
        CompletionSources = { Expected.Words(DamonFsEra.All.Select(era => era.Name)) },
    };
    static readonly Option<string?> s_kernel = new Option<string?>("--kernel")
    {
        Description = "Whether the command finds the kernel's own DAMON in /sys/kernel/mm/damon: scripts may prefer that (hidden, unless somebody uses it)",
    }.AcceptOnly("hide", "show");

    static readonly Option<bool> s_foreground = new("--foreground") { Description = "Stay in the foreground until it is unmounted" };
    static readonly Option<int?> s_readyFd = new("--ready-fd") { Hidden = true };

    public static Command Create(Terminal terminal) => new("debugfs", "Give scripts DAMON's debugfs interface, on any kernel")
    {
        CreateMount(terminal), CreateUmount(terminal), CreateStatus(terminal), CreateRun(terminal),
    };

    static Command CreateMount(Terminal terminal)
    {
        Argument<string> directory = new("directory")
        {
            Description = "Where to; made if missing",
            HelpName = "directory",
            CompletionSources = { Expected.Folder },
            DefaultValueFactory = _ => DebugFsOptions.DefaultDirectory,
        };
        Command command = new("mount", "Mount it, and serve it in the background") { directory, s_era, AccessCheckOption.Option, s_foreground, s_readyFd };
        command.SetAction(parsed =>
        {
            DebugFsOptions options = Options(parsed) with { Directory = Path.GetFullPath(parsed.GetRequiredValue(directory)) };
            return parsed.GetValue(s_foreground)
                ? ForegroundMount.Run(options, parsed.GetValue(s_readyFd), terminal)
                : BackgroundMount.Run(options, terminal);
        });
        return command;
    }

    static Command CreateUmount(Terminal terminal)
    {
        Argument<string?> directory = new("directory")
        {
            Description = "Where it is mounted; may be left out when there is one",
            HelpName = "directory",
            CompletionSources = { Expected.Folder },
            Arity = ArgumentArity.ZeroOrOne,
        };
        Command command = new("umount", "End it, and the monitoring in it") { directory };
        command.SetAction(parsed => MountEnd.Run(parsed.GetValue(directory), terminal));
        return command;
    }

    static Command CreateStatus(Terminal terminal)
    {
        Command command = new("status", "Show what is mounted, and whether it monitors") { ReportOptions.Json };
        command.SetAction(parsed => MountStatus.Run(parsed.GetValue(ReportOptions.Json), terminal));
        return command;
    }

    static Command CreateRun(Terminal terminal)
    {
        CommandWordsArgument words = new("command")
        {
            Description = "The command and its arguments, behind --",
            HelpName = "command",
            Arity = ArgumentArity.OneOrMore,
        };
        words.CompletionSources.Add(context => Expected.Command(context, words));
        Command command = new(
            "run",
            "Run a command that finds it at /sys/kernel/debug/damon, where nobody else sees it") { words, s_era, AccessCheckOption.Option, s_kernel };
        command.SetAction(parsed =>
            PrivateRun.Run(
                Options(parsed) with { ShowsKernel = parsed.GetValue(s_kernel) is { } word ? word == "show" : null },
                parsed.GetRequiredValue(words),
                terminal));
        return command;
    }

    static DebugFsOptions Options(ParseResult parsed)
    {
        DamonFsEra era = DamonFsEra.First;
        if (parsed.GetValue(s_era) is { } text && !DamonFsEra.TryParse(text, out era))
        {
            throw UserErrorException.Usage($"there is no era '{text}'; it is {DamonFsEra.Forms}");
        }

        return new DebugFsOptions { Era = era, AccessCheck = AccessCheckOption.Of(parsed) };
    }
}
