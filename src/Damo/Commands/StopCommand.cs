using System.CommandLine;
using Damo.CommandLine;
using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.Ownership;
using Damon.Linux.KernelDamon.Sysfs;
using Damon.Linux.Processes;

namespace Damo.Commands;

/// <summary><c>damo stop</c>: clears away what killed runs of this program left of the kernel's DAMON, and nothing else.</summary>
static class StopCommand
{
    static readonly Option<bool> s_ours = new("--ours") { Description = "Succeed, too, when there is nothing of ours" };

    public static Command Create(Terminal terminal)
    {
        Command command = new("stop", "Stop what killed runs of damo left running in the kernel; nothing of others is touched") { s_ours, KernelRoots.Admin, KernelRoots.Notes };
        command.SetAction(parsed => Run(parsed, terminal));
        return command;
    }

    static int Run(ParseResult parsed, Terminal terminal)
    {
        List<Leftover> found = new Leftovers(new OwnershipNotes(parsed.GetValue(KernelRoots.Notes)!, new ProcFileSystem())).Clear();
        bool isWhole = true;
        foreach (Leftover leftover in found)
        {
            switch (leftover.State)
            {
                case LeftoverState.Cleared:
                    terminal.Out.WriteLine($"cleared away: {leftover.Text}");
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

        if (parsed.GetValue(s_ours) || found.Any(l => l.State is LeftoverState.Cleared or LeftoverState.InUse))
        {
            return (int)(isWhole ? ExitCode.Done : ExitCode.Failed);
        }

        SysfsAdmin admin = new(new KernelTree(new KernelFolder(parsed.GetValue(KernelRoots.Admin)!)));
        int running = admin.IsThere ? admin.Look().Count(k => k.IsOn) : 0;
        throw new UserErrorException(running == 0
            ? "DAMON is not turned on"
            : $"{running} kdamond{(running == 1 ? " runs" : "s run")} in the kernel, but damo did not start {(running == 1 ? "it" : "them")}: left alone");
    }
}
