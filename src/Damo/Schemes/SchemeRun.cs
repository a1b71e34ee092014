using System.Globalization;
using Damo.CommandLine;
using Damon.Linux.Actions;
using Damon.Linux.Backends;
using Damon.Linux.Engine;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damo.Schemes;

/// <summary>The schemes of a run: joins them to its context and tells what they do.</summary>
/// <param name="schemes">The schemes.</param>
/// <param name="isRehearsal">Whether everything is counted and nothing touched.</param>
/// <param name="lines">What to print about the schemes before the run, as the first tool did.</param>
sealed class SchemeRun(IReadOnlyList<Scheme> schemes, bool isRehearsal, IReadOnlyList<string> lines)
{
    static readonly TimeSpan s_linePeriod = TimeSpan.FromSeconds(1);

    readonly HashSet<string> _said = new(StringComparer.Ordinal);

    /// <summary>Notes of the operations that were told before the run, with the remedy.</summary>
    readonly HashSet<string> _toldNotes = new(StringComparer.Ordinal);

    int _drawnLines;
    TimeSpan _nextDraw;

    /// <summary>The schemes with their counters.</summary>
    public IReadOnlyList<Scheme> Schemes { get; } = schemes;

    /// <summary>Whether everything is counted and nothing touched.</summary>
    public bool IsRehearsal { get; } = isRehearsal;

    /// <summary>Whether the watermarks of every scheme keep it from acting.</summary>
    public bool IsResting => Schemes.All(scheme => !scheme.IsActive);

    /// <summary>What to print about the schemes before the run.</summary>
    public IReadOnlyList<string> Lines { get; } = lines;

    /// <summary>Allows actions that stop a thread of the target for a moment.</summary>
    public bool AllowPtrace { get; init; }

    /// <summary>Whether an action that cannot be done here ends the run before it begins.</summary>
    public bool RefusePartial { get; init; }

    /// <summary>Whether the end is told as JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Whether the goals of all quotas name what there is.</summary>
    /// <exception cref="UserErrorException">A node or a cgroup does not exist.</exception>
    public void CheckGoals()
    {
        SystemMetrics metrics = new();
        foreach (QuotaGoal goal in Schemes.SelectMany(scheme => scheme.Quota.Goals))
        {
            if (metrics.Refusal(goal) is { } fault)
            {
                throw new UserErrorException($"the quota goal '{SchemeNames.Of(goal.Metric)}' cannot be looked at: {fault}");
            }
        }
    }

    /// <summary>Tells what cannot be done of the schemes, as far as that is known before the run.</summary>
    /// <exception cref="UserErrorException">A filter or a destination is of no use here, or an action that cannot be done is to be refused.</exception>
    public void Attach(IMonitoringRun run, Terminal terminal)
    {
        // The kernel's DAMON has refused already what it does not know.
        if (run is not EngineRun engine)
        {
            return;
        }

        SystemMetrics metrics = new();
        foreach (Scheme scheme in Schemes)
        {
            if (!IsRehearsal)
            {
                TellRefusal(scheme, engine.Operations, terminal);
            }

            foreach (QuotaGoal goal in scheme.Quota.Goals.Where(goal => goal.Metric != QuotaGoalMetric.UserInput && metrics.ValueOf(goal) is null))
            {
                SayOnce(terminal, $"the quota goal '{SchemeNames.Of(goal.Metric)}' is not told by this system, so it does not tune its quota");
            }
        }
    }

    void TellRefusal(Scheme scheme, ILinuxOperations operations, Terminal terminal)
    {
        string action = SchemeNames.Of(scheme.Action);
        if (operations.Refusal(scheme.Action) is { } reason)
        {
            bool helpsPtrace = !AllowPtrace
                && operations is VirtualOperations
                && scheme.Action is SchemeAction.HugePage or SchemeAction.NoHugePage
                && AdviceInjector.Refusal(new ProcFileSystem()) is null;
            string remedy = helpsPtrace ? "; '--allow-ptrace' has a thread of the target do it" : "";
            if (RefusePartial)
            {
                throw new UserErrorException($"{action} cannot be done here: {reason}{remedy} ('--dry-run' counts what it would do)");
            }

            _toldNotes.Add($"{action}: {reason}");
            SayOnce(terminal, $"{action} cannot be done here, so it is counted as not applied: {reason}{remedy}");
        }
        else if (operations.Refusal(scheme) is { } other)
        {
            throw new UserErrorException($"{action} cannot be done here: {other} ('--dry-run' counts what it would do)");
        }
    }

    void SayOnce(Terminal terminal, string line)
    {
        if (_said.Add(line))
        {
            terminal.Say(line);
        }
    }

    /// <summary>The schemes for the kernel's DAMON, which only counts in a rehearsal.</summary>
    public IReadOnlyList<Scheme> HandedOver => !IsRehearsal ? Schemes : [.. Schemes.Select(scheme => new Scheme
    {
        Pattern = scheme.Pattern,
        ApplyIntervalUs = scheme.ApplyIntervalUs,
        Quota = scheme.Quota,
        Watermarks = scheme.Watermarks,
        Filters = scheme.Filters,
        MaxNrSnapshots = scheme.MaxNrSnapshots,
    })];

    IReadOnlyList<SchemeProgress> Progress(IMonitoringRun? run) =>
        run is null or EngineRun ? SchemeProgress.Of(Schemes) : SchemeProgress.Of(Schemes, run.ReadSchemeStatistics());

    /// <summary>Tells what was done, as a table or as JSON.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="seconds">Since the start.</param>
    /// <param name="notes">What could not be done, and why.</param>
    /// <param name="run">What ran them; null where that was no run.</param>
    public void Report(Terminal terminal, double seconds, IReadOnlyList<string> notes, IMonitoringRun? run = null)
    {
        foreach (string note in notes.Where(note => !_toldNotes.Contains(note)))
        {
            terminal.Say(note);
        }

        if (IsJson)
        {
            terminal.Out.Flush();
            using Stream output = terminal.OpenOutput();
            SchemeJson.Write(output, Progress(run), seconds, IsRehearsal, notes);
            return;
        }

        foreach (string line in SchemeTable.Lines(Progress(run), seconds, terminal.OutIsTerminal ? terminal.Columns : int.MaxValue))
        {
            terminal.Out.WriteLine(line);
        }

        terminal.Out.Flush();
    }

    /// <summary>Draws a line per scheme on a terminal, at most once a second.</summary>
    public void Draw(Terminal terminal, TimeSpan elapsed, IMonitoringRun? run = null)
    {
        if (!terminal.ErrorIsTerminal || elapsed < _nextDraw)
        {
            return;
        }

        _nextDraw = elapsed + s_linePeriod;
        Clear(terminal);
        foreach (string line in SchemeTable.Lines(Progress(run), elapsed.TotalSeconds, terminal.ErrorColumns() - 1))
        {
            terminal.Error.Write(line + "\u001b[K\n");
            _drawnLines++;
        }
    }

    /// <summary>Takes the lines away.</summary>
    public void Clear(Terminal terminal)
    {
        if (_drawnLines > 0)
        {
            terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\u001b[{_drawnLines}A\u001b[J"));
            _drawnLines = 0;
        }
    }
}
