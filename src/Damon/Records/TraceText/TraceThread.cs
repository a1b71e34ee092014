using System.Text;

namespace Damon.Records.TraceText;

/// <summary>A thread that wrote lines of trace text: each kdamond is one, and counts its targets by itself.</summary>
/// <param name="name">What the lines say of it.</param>
sealed class TraceThread(byte[] name)
{
    /// <summary>What the lines say of it.</summary>
    public ReadOnlySpan<byte> Name => name;

    /// <summary>The name for people: name and number, or the name alone where a tool prints letters for the number.</summary>
    public string Text { get; } = TextOf(Encoding.UTF8.GetString(name));

    /// <summary>The series of the snapshot of all regions that is open, or was last.</summary>
    public TraceSeries? Current { get; set; }

    /// <summary>The series that a scheme was tried on last.</summary>
    public TraceSeries? CurrentTried { get; set; }

    /// <summary>The sampling interval in microseconds, where it is tuned.</summary>
    public ulong? SampleUs { get; set; }

    /// <summary>Its series, by what tells them apart.</summary>
    public Dictionary<TraceKey, TraceSeries> Series { get; } = [];

    /// <summary>The series of schemes with an open snapshot, in the order in which they were begun.</summary>
    public List<TraceSeries> Passes { get; } = [];

    static string TextOf(string name)
    {
        string[] words = [.. name.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Where(word => word != "xxxx")];
        return words.Length > 1 && char.IsAsciiDigit(words[^1][0])
            ? $"{string.Join(' ', words[..^1])}-{words[^1][(words[^1].LastIndexOf('/') + 1)..]}"
            : string.Join(' ', words);
    }
}
