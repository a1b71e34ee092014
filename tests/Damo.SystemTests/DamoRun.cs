using System.Diagnostics;
using System.Text;
using Damon.Linux.Native;
using Damon.Linux.Tests.Targets;

namespace Damo.SystemTests;

/// <summary>A run of the real binary. Disposing it ends the process.</summary>
sealed class DamoRun : IDisposable
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly StringBuilder _output = new();
    readonly StringBuilder _errors = new();
    readonly CountdownEvent _streams = new(2);

    DamoRun(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Add(_output, e.Data);
        process.ErrorDataReceived += (_, e) => Add(_errors, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The binary that users get where <c>DAMO_BINARY</c> names it, else the one that was built with the tests.</summary>
    public static string Binary { get; } = Environment.GetEnvironmentVariable("DAMO_BINARY") is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Damo", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "damo"));

    public int Pid => _process.Id;

    /// <summary>What it has written to standard output.</summary>
    public string Output => Text(_output);

    /// <summary>What it has written to standard error.</summary>
    public string Errors => Text(_errors);

    /// <summary>Starts damo in a folder.</summary>
    public static DamoRun Start(string folder, params string[] arguments) => StartProgram(folder, [Binary, .. arguments]);

    /// <summary>Starts damo in a folder as another user.</summary>
    public static DamoRun StartAs(uint user, string binary, string folder, params string[] arguments) =>
        StartProgram(folder, [.. TargetProgram.Program, TargetProgram.UserSwitch, $"{user}", binary, .. arguments]);

    /// <summary>Starts a shell in a folder, which finds the path of damo in <c>$DAMO</c>.</summary>
    public static DamoRun StartShell(string folder, string script) => StartProgram(folder, ["/bin/sh", "-c", script]);

    /// <summary>Runs damo to its end.</summary>
    /// <param name="exitCode">What it must end with.</param>
    /// <param name="folder">Its working folder.</param>
    /// <param name="arguments">Its arguments.</param>
    public static DamoRun Run(int exitCode, string folder, params string[] arguments)
    {
        DamoRun run = Start(folder, arguments);
        run.WaitForEnd(exitCode);
        return run;
    }

    /// <summary>Waits for the end, and for the exit code.</summary>
    public void WaitForEnd(int exitCode)
    {
        int code = WaitForEnd();
        Assert.True(exitCode == code, $"exit code {code} and not {exitCode}; it wrote:\n{Output}{Errors}");
    }

    /// <summary>Waits for the end, whatever the exit code is.</summary>
    public int WaitForEnd()
    {
        Assert.True(_process.WaitForExit(s_limit), $"it does not end; it wrote:\n{Output}{Errors}");
        Assert.True(_streams.Wait(s_limit), $"something that it started still holds its output; it wrote:\n{Output}{Errors}");
        return _process.ExitCode;
    }

    /// <summary>Waits until it is monitoring.</summary>
    public void WaitForStart() => WaitFor("the start", () => Output.Contains("Press Ctrl+C to stop\n", StringComparison.Ordinal));

    /// <summary>Waits until a condition holds.</summary>
    public void WaitFor(string what, Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < s_limit && !_process.HasExited, $"{what} was not seen; it wrote:\n{Output}{Errors}");
            Thread.Sleep(10);
        }
    }

    /// <summary>Waits until the record holds some snapshots: bytes behind its header.</summary>
    public void WaitForSnapshots(string record, long bytes = 1000) =>
        WaitFor("the first snapshots", () => File.Exists(record) && new FileInfo(record).Length > bytes);

    public void Signal(int signal) => Assert.Equal(0, LibC.kill(Pid, signal));

    /// <summary>The lines of standard error, which are what it says and no more.</summary>
    public string[] SaidLines() => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Checks that it said nothing but one line, and no result.</summary>
    public void AssertOneLine(params string[] parts)
    {
        string line = Assert.Single(SaidLines());
        Assert.StartsWith("damo: ", line);
        Assert.All(parts, p => Assert.Contains(p, line));
        Assert.Equal("", Output);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        // With a limit: without one it would also wait for whatever inherited the output.
        _process.WaitForExit(s_limit);
        _process.Dispose();
    }

    static DamoRun StartProgram(string folder, IReadOnlyList<string> line)
    {
        ProcessStartInfo start = new(line[0], line.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["DAMO"] = Binary;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return new DamoRun(process);
    }

    void Add(StringBuilder text, string? line)
    {
        if (line is null)
        {
            _streams.Signal();
            return;
        }

        lock (text)
        {
            text.Append(line).Append('\n');
        }
    }

    static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
