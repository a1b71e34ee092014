using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Damo.DebugFs;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Linux.Tests;
using Damon.Tests.Shared;

namespace Damo.SystemTests;

/// <summary>The table of docs/signals.md, cell by cell, with the real program started in each of the ways that it names.</summary>
public sealed partial class SignalTableTests : IDisposable
{
    const int SIGQUIT = 3;
    const int SIGUSR1 = 10;
    const int SIGUSR2 = 12;
    const int SIGTSTP = 20;
    const string ShortCommands = "short commands";
    const string BackgroundMount = "debugfs mount";
    const string ForegroundMount = "debugfs mount --foreground";
    const string PrivateRun = "debugfs run";

    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    static readonly string[] s_situations = ["terminal", "script", "nohup", "service"];
    static readonly string[] s_commands = [ShortCommands, "record", "schemes", "demo", ForegroundMount, BackgroundMount, PrivateRun];
    static readonly Dictionary<string, int> s_signals = new(StringComparer.Ordinal)
    {
        ["INT"] = LibC.SIGINT,
        ["TERM"] = LibC.SIGTERM,
        ["HUP"] = LibC.SIGHUP,
        ["QUIT"] = SIGQUIT,
        ["USR1"] = SIGUSR1,
        ["USR2"] = SIGUSR2,
        ["PIPE"] = LibC.SIGPIPE,
        ["XFSZ"] = LibC.SIGXFSZ,
        ["TSTP"] = SIGTSTP,
        ["KILL"] = LibC.SIGKILL,
    };

    static readonly Dictionary<(string Signal, string Command), string> s_table = Read();

    readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Cells => [.. s_table.Keys.Select(cell => (cell.Signal, cell.Command))];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_table_of_signals_has_a_cell_for_each_signal_and_command() =>
        Assert.Equal(
            s_signals.Keys.SelectMany(signal => s_commands.Select(command => (signal, command))).Order(),
            s_table.Keys.Select(cell => (cell.Signal, cell.Command)).Order());

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_signal_does_what_its_cell_of_the_documented_table_says(string signal, string command)
    {
        Assert.SkipWhen(
            command.StartsWith("debugfs", StringComparison.Ordinal) && !(LibC.geteuid() == 0 && File.Exists("/dev/fuse")),
            "mounting needs root and /dev/fuse");
        List<Trial> trials = [.. s_situations.Select(situation => new Trial(_folder.Path, command, situation))];
        try
        {
            trials.ForEach(trial => trial.WaitUntilReady());
            trials.ForEach(trial => trial.Send(s_signals[signal], Outcome(signal, command, trial.Situation)));

            // What went on is shown by the signal that is certain to end it.
            foreach (Trial trial in trials.Where(trial => Outcome(signal, command, trial.Situation) is "goes on" or "stops"))
            {
                trial.Send(LibC.SIGTERM, "");
            }

            foreach (Trial trial in trials)
            {
                string outcome = Outcome(signal, command, trial.Situation);
                trial.AssertEnd(outcome is "goes on" or "stops" ? Outcome("TERM", command, trial.Situation) : outcome);
            }
        }
        finally
        {
            trials.ForEach(trial => trial.Dispose());
        }
    }

    [Theory]
    [InlineData("script", 0x6)]
    [InlineData("nohup", 0x1)]
    [InlineData("terminal", 0)]
    public void The_command_ignores_what_damo_was_started_to_ignore(string situation, int ignored)
    {
        using Trial trial = new(_folder.Path, "record", situation);
        trial.WaitUntilReady();
        int pid = trial.CommandPid();

        // The shell before it ignores signals of its own.
        trial.WaitFor("its command", () => File.ReadAllText($"/proc/{pid}/comm") == "sleep\n");
        Match line = IgnoredLine().Match(File.ReadAllText($"/proc/{pid}/status"));
        const long Tried = (1 << 15) - 1;
        Assert.Equal(ignored, long.Parse(line.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & Tried);
        trial.Send(LibC.SIGTERM, "");
        trial.AssertEnd("ends 143");
    }

    [Fact]
    public void A_command_still_reports_its_exit_code_when_SIGCHLD_is_ignored()
    {
        using DamoRun run = DamoRun.StartShell(_folder.Path, "trap '' CHLD; exec $DAMO record 'sleep 0.3; exit 126'");
        run.WaitForEnd(1);
        Assert.Contains("exit code 126", run.Errors);
    }

    static string Outcome(string signal, string command, string situation)
    {
        string[] parts = s_table[(signal, command)].Split("; ");
        string? own = parts.Skip(1).FirstOrDefault(part => part.StartsWith(situation + ": ", StringComparison.Ordinal));
        return own is null ? parts[0] : own[(situation.Length + 2)..];
    }

    static Dictionary<(string Signal, string Command), string> Read()
    {
        string[][] rows = [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "signals.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];
        Dictionary<(string Signal, string Command), string> table = [];
        foreach (string[] row in rows.Skip(1))
        {
            for (int i = 1; i < row.Length; i++)
            {
                table.Add((row[0].Split(' ')[0], rows[0][i]), row[i]);
            }
        }

        return table;
    }

    [GeneratedRegex("SigIgn:\t([0-9a-f]+)")]
    private static partial Regex IgnoredLine();

    /// <summary>One run of the program.</summary>
    sealed class Trial : IDisposable
    {
        readonly string _folder;
        readonly string _mount;
        readonly string _command;
        readonly DamoRun _run;
        int _pid;

        internal Trial(string folder, string command, string situation)
        {
            Situation = situation;
            _command = command;
            _folder = Directory.CreateDirectory(Path.Combine(folder, situation)).FullName;
            _mount = Path.Combine(_folder, "mount");
            string words = command switch
            {
                ShortCommands => "report raw -i -",
                "record" => "record 'echo $$ >command; exec sleep 1001'",
                "schemes" => "schemes '4K max min min min max stat' 'echo $$ >command; exec sleep 1001'",
                "demo" => "demo --time 600",
                ForegroundMount => $"debugfs mount --foreground {_mount}",
                BackgroundMount => $"debugfs mount {_mount}",
                _ => "debugfs run -- sh -c 'echo $$ >command; echo ready; exec sleep 1001'",
            };
            string launch = Path.Combine(Repository.Root, "tests", "Damo.SystemTests", "SignalLaunch.sh");
            _run = DamoRun.StartShell(_folder, $"exec env --default-signal bash '{launch}' {situation} \"$DAMO\" {words}");
        }

        internal string Situation { get; }

        internal int CommandPid() => int.Parse(File.ReadAllText(Path.Combine(_folder, "command")), CultureInfo.InvariantCulture);

        internal void WaitUntilReady()
        {
            WaitFor("its start", () => ReadNumber("pid") is not null);
            _pid = ReadNumber("pid")!.Value;
            WaitFor("that it is ready", _command switch
            {
                ShortCommands => ReadsInput,
                "record" or "schemes" => () => _run.Output.Contains("Press Ctrl+C to stop\n", StringComparison.Ordinal) && ReadNumber("command") is not null,
                "demo" => () => File.Exists(Path.Combine(_folder, "damon.data")) && new FileInfo(Path.Combine(_folder, "damon.data")).Length > 1000,
                ForegroundMount => () => _run.Errors.Contains("served by process", StringComparison.Ordinal),
                BackgroundMount => () => _run.Errors.Contains("served by process", StringComparison.Ordinal) && ReadNumber("rc") == 0,
                _ => () => _run.Output.Contains("ready\n", StringComparison.Ordinal),
            });
            if (_command == BackgroundMount)
            {
                _pid = Mounts().Single().ServerPid;
            }
        }

        internal void Send(int signal, string outcome)
        {
            Assert.Equal(0, LibC.kill(_pid, signal));
            if (outcome == "stops")
            {
                WaitFor("that it stops", () => new ProcFileSystem().TryReadStat(_pid, out ProcessStat stat) && stat.State == 'T');
                Assert.Equal(0, LibC.kill(_pid, LibC.SIGCONT));
            }
        }

        internal void AssertEnd(string outcome)
        {
            string[] words = outcome.Split(' ');
            bool isKilled = words[0] == "killed";
            if (_command == BackgroundMount)
            {
                WaitFor("its end", () => !new ProcFileSystem().TryReadStat(_pid, out ProcessStat stat) || stat.IsZombie);
            }
            else
            {
                WaitFor("its end", () => ReadNumber("rc") is not null);
                Assert.True(
                    int.Parse(words[^1], CultureInfo.InvariantCulture) == ReadNumber("rc"),
                    $"{_command}, {Situation}: ended with {ReadNumber("rc")}, and should have: {outcome}; it wrote:\n{_run.Output}{_run.Errors}");
            }

            switch (_command)
            {
                case "record" or "schemes" or PrivateRun:
                    int command = CommandPid();
                    if (isKilled)
                    {
                        Assert.True(new ProcFileSystem().TryReadStat(command, out ProcessStat stat) && !stat.IsZombie, "its command has ended, too");
                        _ = LibC.kill(command, LibC.SIGKILL);
                    }
                    else
                    {
                        WaitFor("the end of its command", () => !new ProcFileSystem().TryReadStat(command, out ProcessStat stat) || stat.IsZombie);
                    }

                    break;
                case ForegroundMount or BackgroundMount:
                    WaitFor("that it is unmounted", () => Mounts().Length == 0);
                    Assert.True(isKilled || !Directory.Exists(_mount));
                    break;
                default:
                    break;
            }

            string sidecar = Path.Combine(_folder, "damon.data.meta.json");
            if (File.Exists(sidecar))
            {
                Assert.Equal(!isKilled, File.ReadAllText(sidecar).Contains("\"end_reason\":\"stopped\"", StringComparison.Ordinal));
            }
        }

        public void Dispose()
        {
            // Only after a test that failed is there anything left.
            foreach (int pid in new[] { _pid, ReadNumber("pid") ?? 0, ReadNumber("command") ?? 0 })
            {
                if (pid > 0 && Directory.Exists($"/proc/{pid}") && new FileInfo($"/proc/{pid}/cwd").LinkTarget == _folder)
                {
                    _ = LibC.kill(pid, LibC.SIGKILL);
                }
            }

            _run.Dispose();
        }

        /// <summary>Whether it waits for the pipe that is its input.</summary>
        bool ReadsInput()
        {
            string read = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "0" : "63";
            try
            {
                string[] call = File.ReadAllText($"/proc/{_pid}/syscall").Split(' ');
                return call.Length > 1 && call[0] == read
                    && new FileInfo($"/proc/{_pid}/exe").LinkTarget == DamoRun.Binary
                    && new FileInfo($"/proc/{_pid}/fd/{Convert.ToInt32(call[1], 16)}").LinkTarget == Path.Combine(_folder, "input");
            }
            catch (IOException)
            {
                return false;
            }
        }

        DebugFsMount[] Mounts() => [.. DebugFsMount.All().Where(mount => mount.Directory == _mount)];

        int? ReadNumber(string file) =>
            File.Exists(Path.Combine(_folder, file))
                && int.TryParse(File.ReadAllText(Path.Combine(_folder, file)), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int number)
                ? number
                : null;

        internal void WaitFor(string what, Func<bool> condition)
        {
            long start = Stopwatch.GetTimestamp();
            while (!condition())
            {
                Assert.True(Stopwatch.GetElapsedTime(start) < s_limit, $"{_command}, {Situation}: {what} was not seen; it wrote:\n{_run.Output}{_run.Errors}");
                Thread.Sleep(10);
            }
        }
    }
}
