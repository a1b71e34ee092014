using System.Diagnostics;
using System.Globalization;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Targets;

/// <summary>A process that maps and touches memory as it is told. Disposing it ends it.</summary>
sealed class TargetProcess : IDisposable
{
    internal const ulong Page = 4096;
    internal const ulong MiB = 1 << 20;

    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    readonly Process _process;

    TargetProcess(Process process) => _process = process;

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a target that has obeyed <paramref name="commands"/>.</summary>
    public static TargetProcess Start(params string[] commands)
    {
        IReadOnlyList<string> line = TargetProgram.CommandLine(commands);
        ProcessStartInfo start = new(line[0], line.Skip(1)) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        MakeSmall(start);
        TargetProcess target = new(Process.Start(start)!);
        try
        {
            foreach (string command in commands)
            {
                target.Answer(command);
            }

            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the reservations of a managed program small, which else dwarf what a test maps.</summary>
    internal static void MakeSmall(ProcessStartInfo start)
    {
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x8000000";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
    }

    /// <summary>Has a command done.</summary>
    /// <returns>The answer behind its <c>ok</c>.</returns>
    public string Do(string command)
    {
        Send(command);
        return Answer(command);
    }

    /// <summary>Gives a command whose answer is not waited for.</summary>
    public void Send(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
    }

    /// <summary>Maps memory.</summary>
    public AddressRange Map(string kind, ulong size, string? path = null) =>
        Range(Do(string.Create(CultureInfo.InvariantCulture, $"map {kind} {size} {path}").TrimEnd()));

    /// <summary>Writes to each page of a range once.</summary>
    public void Touch(AddressRange range) => Do(string.Create(CultureInfo.InvariantCulture, $"touch {range.Start} {range.Size}"));

    /// <summary>Reads each page of a range once.</summary>
    public void Read(AddressRange range) => Do(string.Create(CultureInfo.InvariantCulture, $"read {range.Start} {range.Size}"));

    /// <summary>Writes to each page of a range again and again from now on.</summary>
    public void Loop(AddressRange range, int periodMs) => Do(string.Create(CultureInfo.InvariantCulture, $"loop {range.Start} {range.Size} {periodMs}"));

    /// <summary>The range in an answer to <c>map</c>.</summary>
    public static AddressRange Range(string answer)
    {
        string[] words = answer.Split(' ');
        return new AddressRange(ulong.Parse(words[^2], CultureInfo.InvariantCulture), ulong.Parse(words[^1], CultureInfo.InvariantCulture));
    }

    /// <summary>The next answer.</summary>
    public string Answer(string command)
    {
        Task<string?> answer = _process.StandardOutput.ReadLineAsync();
        Assert.True(answer.Wait(s_limit), $"no answer to '{command}' within {s_limit.TotalSeconds} s");
        string? text = answer.Result;
        Assert.True(text is not null && text.StartsWith("ok", StringComparison.Ordinal), $"'{command}' was answered by '{text}'");
        return text[2..].TrimStart();
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>Its exit code; 128 and the signal that ended it.</returns>
    public int WaitForExit()
    {
        Assert.True(_process.WaitForExit(s_limit), $"the target has not ended within {s_limit.TotalSeconds} s");
        return _process.ExitCode;
    }

    /// <summary>Ends it and waits for that.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
