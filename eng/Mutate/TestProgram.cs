using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Damon.Mutations;

/// <summary>A copy of the test program, to be run with other libraries.</summary>
sealed partial class TestProgram
{
    readonly string _folder;

    /// <summary>Copies it to a folder, in the place of what is there.</summary>
    public TestProgram(string from, string folder)
    {
        _folder = folder;
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    /// <summary>Where its library lies.</summary>
    public string Library => Path.Combine(_folder, "Damon.dll");

    /// <summary>Runs tests, one after the other.</summary>
    /// <param name="tests">Their names; none stand for all.</param>
    /// <param name="active">The number of the change that applies, or -1.</param>
    /// <param name="limit">How long they may take.</param>
    /// <param name="met">The file in which they write what they met, and then all are run; null when the first that fails ends it.</param>
    /// <returns>The tests that failed, "time" when they took too long, "end" when the program ended otherwise; empty when all pass.</returns>
    public List<string> Run(IEnumerable<string> tests, int active, TimeSpan limit, string? met = null)
    {
        string[] words =
        [
            "-noLogo", "-noColor", "-noAutoReporters", "-parallelMode", "none", .. met is null ? ["-stopOnFail"] : Array.Empty<string>(),
            .. tests.SelectMany(t => new[] { "-method", t }),
        ];
        ProcessStartInfo start = new(
            Path.Combine(_folder, "Damon.Tests"),
            words)
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["MUTANT"] = active.ToString();
        start.Environment["MUTANTS_MET"] = met;

        // Short runs: what makes long ones fast costs time here.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return ["time"];
        }

        if (process.ExitCode == 0)
        {
            return [];
        }

        List<string> failed = [.. Failures.Matches(output.Result + errors.Result).Select(m => m.Groups["test"].Value).Distinct(StringComparer.Ordinal)];
        return failed.Count > 0 ? failed : ["end"];
    }

    [GeneratedRegex(@"^\s*(?<test>Damon\.Tests\.[\w.]+).*\[FAIL\]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    static partial Regex Failures { get; }
}
