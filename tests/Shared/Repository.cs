namespace Damon.Tests.Shared;

/// <summary>Files of the repository that tests look at.</summary>
static class Repository
{
    /// <summary>Set to anything, texts that differ from what is expected are taken as the new ones, and nothing fails.</summary>
    const string AcceptVariable = "DAMON_ACCEPT";

    /// <summary>Whether differences are taken over.</summary>
    public static bool Accepts { get; } = Environment.GetEnvironmentVariable(AcceptVariable) is { Length: > 0 };

    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>Compares a text with a file line by line, or writes it there where differences are accepted.</summary>
    /// <param name="file">Below <see cref="Root"/>.</param>
    /// <param name="actual">Ends with a line feed.</param>
    public static void AssertFile(string file, string actual)
    {
        string path = Path.Combine(Root, file);
        string expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (Accepts && actual != expected)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        string[] lost = [.. expected.Split('\n').Except(actual.Split('\n'), StringComparer.Ordinal)];
        string[] added = [.. actual.Split('\n').Except(expected.Split('\n'), StringComparer.Ordinal)];
        Assert.True(
            actual == expected,
            $"{file} is not up to date ({AcceptVariable}=1 takes over what is there "
                + $"now):\n{string.Join('\n', [.. lost.Select(l => "-" + l), .. added.Select(l => "+" + l)])}");
    }

    static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Damon.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"There is no Damon.slnx above {AppContext.BaseDirectory}.");
    }
}
