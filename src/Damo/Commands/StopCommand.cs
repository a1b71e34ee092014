using System.CommandLine;
using Damo.CommandLine;
using Damo.Recording;
using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.KernelDamon.Sysfs;
using Damon.Linux.Processes;

namespace Damo.Commands;

/// <summary><c>damo stop</c>: ends the runs of this user, clears away what killed ones left of the kernel's DAMON, and touches nothing else.</summary>
static class StopCommand
{
    static readonly Option<bool> s_ours = new("--ours")
    {
        Description = "Only clear away what killed runs left in the kernel; succeed, too, when there is nothing",
    };

    public static Command Create(Terminal terminal)
    {
        Command command = new(
            "stop",
            "End your runs of damo record and damo schemes, and what killed ones left running in the kernel; nothing of others is touched")
            {
                s_ours,
                KernelRoots.Admin,
                KernelRoots.Notes,
            };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        string notes = parsed.GetRequiredValue(KernelRoots.Notes);
        bool onlyLeft = parsed.GetValue(s_ours);

        // First: a run that uses the kernel's DAMON gives it back itself.
        List<StoppedRun> runs = onlyLeft ? [] : new RunNotes(notes, new ProcFileSystem()).EndAll();
        foreach (StoppedRun run in runs)
        {
            terminal.Say(run.HasEnded ? $"ended process {run.Pid}: {run.Command}" : $"process {run.Pid} was told to end and has not: {run.Command}");
        }

        List<Leftover> found = new Leftovers(new OwnershipNotes(notes, new ProcFileSystem())).Clear();
        bool isWhole = runs.TrueForAll(run => run.HasEnded);
        foreach (Leftover leftover in found)
        {
            switch (leftover.State)
            {
                case LeftoverState.Cleared:
                    terminal.Banner.WriteLine($"cleared away: {leftover.Text}");
                    break;
                case LeftoverState.InUse:
                    terminal.Say($"{leftover.Text}; end that process to stop it");
                    isWhole = false;
                    break;
                case LeftoverState.Nothing:
                    terminal.Say(leftover.Text);
                    break;
                default:
                    terminal.Say(leftover.Text);
                    isWhole = false;
                    break;
            }
        }

        if (onlyLeft || runs.Count > 0 || found.Any(l => l.State is LeftoverState.Cleared or LeftoverState.InUse))
        {
            return (int)(isWhole ? ExitCode.Done : ExitCode.Failed);
        }

        SysfsAdmin admin = new(new KernelTree(new KernelFolder(parsed.GetValue(KernelRoots.Admin)!)));
        int running = admin.IsThere ? admin.Look().Count(k => k.IsOn) : 0;
        throw new UserErrorException(running == 0
            ? "DAMON is not turned on: you have no run of damo, and nothing runs in the kernel"
            : $"{running} kdamond{(running == 1 ? " runs" : "s run")} in the kernel, but damo did not start {(running == 1 ? "it" : "them")}: left alone");
    }
}
