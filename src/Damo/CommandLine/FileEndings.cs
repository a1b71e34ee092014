using Damon.Records.Streams;

namespace Damo.CommandLine;

/// <summary>What the ending of a file's name promises: a file that holds something else would mislead its reader.</summary>
static class FileEndings
{
    /// <summary>The endings of pictures that can be drawn.</summary>
    public const string Pictures = ".png, .jpeg, .jpg, .svg or .pdf";

    static readonly Dictionary<string, RecordFormat> s_records = new(StringComparer.OrdinalIgnoreCase)
    {
        [".bin"] = RecordFormat.Binary,
        [".binary"] = RecordFormat.Binary,
        [".json"] = RecordFormat.Json,
        [".json_compressed"] = RecordFormat.JsonCompressed,
        [".perf_script"] = RecordFormat.PerfScript,
        [".txt"] = RecordFormat.PerfScript,
    };

    /// <summary>What makes a file of an ending, or why nothing does.</summary>
    static readonly Dictionary<string, string> s_makers = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "'damo report heatmap --output FILE.png' draws one",
        [".jpeg"] = "'damo report heatmap --output FILE.jpeg' draws one",
        [".jpg"] = "'damo report heatmap --output FILE.jpg' draws one",
        [".svg"] = "'damo report heatmap --output FILE.svg' draws one",
        [".pdf"] = "'damo report heatmap --output FILE.pdf' draws one",
        [".html"] = "'damo report html -o FILE.html' writes one",
        [".htm"] = "'damo report html -o FILE.htm' writes one",
        [".csv"] = "'damo report raw --csv', and other reports, print one",
        [".json"] = "'damo report access --json', and other reports, print JSON",
        [".json_compressed"] = "'damo convert IN OUT' writes a record",
        [".perf_script"] = "'damo convert IN OUT' writes a record",
        [".data"] = "'damo convert IN OUT' writes a record",
        [".txt"] = "'damo report raw', and other reports, print text",
    };

    static readonly string[] s_pictures = [".bmp", ".gif", ".tif", ".tiff", ".webp", ".eps", ".ps"];
    static readonly string[] s_compressed = [".gz", ".tgz", ".zst", ".xz", ".bz2", ".lz4", ".zip", ".7z"];
    static readonly string[] s_texts = [".xml", ".yaml", ".yml", ".jsonl", ".ndjson", ".parquet", ".xls", ".xlsx"];

    /// <summary>The ending, with its dot; empty for none.</summary>
    public static string Of(string path) => Path.GetExtension(path);

    /// <summary>The format of records that an ending asks for.</summary>
    /// <param name="path">The name of the record; <c>-</c> is standard output.</param>
    /// <param name="option">What chooses the format of any name; null where nothing does.</param>
    /// <returns>Null where it asks for none.</returns>
    /// <exception cref="UserErrorException">It is that of something else.</exception>
    public static RecordFormat? RecordFormatOf(string path, string? option)
    {
        string ending = Of(path);
        string otherwise = option is null ? "" : $"; {option} ({RecordFormatNames.All}) writes a record under any name";
        return s_records.TryGetValue(ending, out RecordFormat format) ? format
            : ending.Equals(".data", StringComparison.OrdinalIgnoreCase) ? null
            : Maker(ending) is { } maker ? throw UserErrorException.Usage($"'{path}' would be a record, which is no {ending}: {maker}{otherwise}")
            : null;
    }

    /// <summary>Refuses what is no name of a binary record, for a command that writes no other.</summary>
    /// <exception cref="UserErrorException">The ending is that of something else.</exception>
    public static void CheckBinary(string path, string option)
    {
        if (RecordFormatOf(path, null) is not (null or RecordFormat.Binary))
        {
            throw UserErrorException.Usage(
                $"{option}: '{path}' would be a binary record, which is no {Of(path)}: name it like damon.data, and 'damo convert' makes a {Of(path)} of it");
        }
    }

    /// <summary>Refuses what is no name of a page.</summary>
    /// <exception cref="UserErrorException">The ending is that of something else.</exception>
    public static void CheckPage(string path)
    {
        string ending = Of(path);
        if (ending.ToUpperInvariant() is not (".HTML" or ".HTM") && Maker(ending) is { } maker)
        {
            throw UserErrorException.Usage($"'{path}' would be a page for the browser, which is no {ending}: {maker}; a page ends in .html");
        }
    }

    static string? Maker(string ending) =>
        s_makers.GetValueOrDefault(ending)
        ?? (s_pictures.Contains(ending, StringComparer.OrdinalIgnoreCase) ? $"pictures end in {Pictures} ('damo report heatmap --output FILE')"
        : s_compressed.Contains(ending, StringComparer.OrdinalIgnoreCase)
            ? "nothing is compressed like that here, so leave the ending out and compress the file"
        : s_texts.Contains(ending, StringComparer.OrdinalIgnoreCase) ? "nothing here writes that; reports print JSON (--json) and tables (--csv)"
        : null);
}
