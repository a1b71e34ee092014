using System.Globalization;

namespace Damon.Bench;

/// <summary>The few options of a benchmark: <c>--name value</c>, all with defaults.</summary>
/// <param name="args">The command line behind the name of the benchmark.</param>
sealed class Options(string[] args)
{
    public int Number(string name, int fallback) =>
        Text(name) is { } text && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : fallback;

    public string? Text(string name)
    {
        int index = Array.IndexOf(args, "--" + name);
        return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
    }
}
