using Damo.CommandLine;
using Damo.Schemes;
using Damon.Linux.Backends;
using Damon.Linux.KernelDamon;
using Damon.Linux.KernelDamon.Files;
using Damon.Linux.Processes;

namespace Damo.Recording;

/// <summary>Chooses who monitors, and has that one do it.</summary>
/// <param name="arguments">What was asked for.</param>
/// <param name="backends">Those of the kernel, the best first.</param>
/// <param name="terminal">Where to say things.</param>
sealed class SessionStart(RecordArguments arguments, IReadOnlyList<IDamonBackend> backends, Terminal terminal)
{
    /// <summary>What acts on the memory of the targets; null for recording only.</summary>
    public SchemeRun? Schemes { get; init; }

    /// <summary>Runs until the targets are gone, a signal comes, or the time is over.</summary>
    /// <returns>What the process ends with.</returns>
    /// <exception cref="UserErrorException">The run could not be started, or its output could not be written.</exception>
    public int Run()
    {
        foreach (string remark in arguments.Remarks)
        {
            terminal.Say(remark);
        }

        ProcFileSystem proc = new();
        using RunNotes.Note? note = new RunNotes(arguments.NotesFolder, proc).Take();
        if (arguments.Target.Command is { } command && RunningPrograms.Notice(command, proc) is { } notice)
        {
            terminal.Say(notice);
        }

        if (arguments.Backend == BackendChoice.Engine)
        {
            return Engine(why: null);
        }

        bool isAuto = arguments.Backend == BackendChoice.Auto;
        if (arguments.OnlyEngine is { } only)
        {
            return isAuto ? Engine(only) : throw new UserErrorException($"{arguments.BackendAsSet} cannot do that: {only}");
        }

        try
        {
            BackendChoice choice = BackendChoice.Choose(arguments.Backend, backends, BackendSession.Request(arguments, Schemes, pid: null, Said));
            if (choice.Backend is not { } backend)
            {
                return Engine(choice.Why);
            }

            BackendSession session = new(arguments, backend, choice.Why, terminal) { Schemes = Schemes };
            return session.Run() ?? (isAuto ? Engine($"{backend.Name}: {session.Refusal}") : throw new UserErrorException($"{backend.Name} cannot be used: {session.Refusal}"));
        }
        catch (KernelDamonException e)
        {
            throw new UserErrorException(e.Message);
        }
    }

    int Engine(string? why) => new RecordSession(arguments, terminal) { Schemes = Schemes, Why = why }.Run();

    /// <summary>Whoever monitors says that again.</summary>
    static void Said(string line)
    {
    }
}
