using System.CommandLine;
using System.Diagnostics;
using Damo.CommandLine;

namespace Damon.Bench;

/// <summary>Another commit of this project, built aside, to measure this one beside it.</summary>
/// <param name="Name">How the commit is called in the tables.</param>
/// <param name="Folder">Its working tree, in the cache: <c>artifacts/against/HASH</c>.</param>
sealed record Against(string Name, string Folder)
{
    const int ShortHash = 12;

    /// <summary><c>--against</c>.</summary>
    public static Option<string?> Commit { get; } = new("--against")
    {
        Description = "Measure the program of this commit in turn with this one, round by round, and print the ratio; it is built aside, once",
        HelpName = "commit",
    };

    /// <summary>The commit that the command line names; null where it names none.</summary>
    /// <exception cref="UserErrorException">There is no such commit, or it cannot be checked out.</exception>
    public static Against? Of(ParseResult parsed)
    {
        if (parsed.GetValue(Commit) is not { } commit)
        {
            return null;
        }

        string root = Root();
        string hash = Git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", $"{commit}^{{commit}}")
            ?? throw new UserErrorException($"--against: there is no commit '{commit}' here");
        string folder = Path.Combine(root, "artifacts", "against", hash[..ShortHash]);
        if (!File.Exists(Path.Combine(folder, ".git")))
        {
            // What is left of a folder that was deleted would be in the way.
            _ = Git(root, "worktree", "prune");
            _ = Git(root, "worktree", "add", "--quiet", "--detach", folder, hash)
                ?? throw new UserErrorException($"--against: '{commit}' cannot be checked out into {folder}");
        }

        return new Against(hash[..ShortHash], folder);
    }

    /// <summary>Its tool, published as users get it.</summary>
    /// <exception cref="UserErrorException">It does not build.</exception>
    public string Tool() => Publish(Folder);

    /// <summary>Its bench.</summary>
    /// <exception cref="UserErrorException">It does not build.</exception>
    public string Bench()
    {
        string bench = Path.Combine(Folder, "artifacts", "bin", "Damon.Bench", "release", "bench");
        if (!File.Exists(bench))
        {
            Build(Folder, "dotnet", "build", "bench/Damon.Bench", "-c", "Release", "-p:RunAnalyzers=false", "-v", "quiet");
        }

        return File.Exists(bench) ? bench : throw new UserErrorException($"--against: {Name} has no bench at {bench}");
    }

    /// <summary>The tool of this commit, as it is now.</summary>
    /// <exception cref="UserErrorException">It does not build.</exception>
    public static string OwnTool() => Publish(Root());

    /// <summary>Builds nothing where all is as old as the sources.</summary>
    static string Publish(string root)
    {
        Build(root, Path.Combine(root, "eng", "publish"));
        return Path.Combine(root, "artifacts", "damo", "damo");
    }

    static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Damon.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new UserErrorException("--against: this program does not lie in a clone of the project, so it cannot build another commit of it");
    }

    static void Build(string folder, params string[] line)
    {
        Console.Error.WriteLine($"bench: {string.Join(' ', line)} in {folder} ...");
        (int code, string output) = Run(folder, line);
        if (code != 0)
        {
            throw new UserErrorException(
                $"--against: {string.Join(' ', line)} in {folder} ended with exit code {code}: "
                    + $"{string.Join(" | ", output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(3))}");
        }
    }

    static string? Git(string folder, params string[] line)
    {
        (int code, string output) = Run(folder, ["git", .. line]);
        return code == 0 ? output.Trim() : null;
    }

    static (int Code, string Output) Run(string folder, string[] line)
    {
        ProcessStartInfo start = new(
            line[0],
            line[1..])
        { UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Length > 0 ? output : errors.Result);
    }
}
