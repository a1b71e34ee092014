using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Damo.Tests.Commands;

/// <summary>
/// Broken records of every format through every command that reads one: no crash, no hang, bounded memory, one line on standard error.
/// <c>DAMON_FUZZ_SECONDS</c> goes on with further seeds for so long, from <c>DAMON_FUZZ_SEED</c>.
/// </summary>
public sealed partial class RecordFuzzTests : IDisposable
{
    const int Seeds = 300;

    /// <summary>What a command may allocate on a record of some 10 kB, grids and texts included.</summary>
    const long MaxAllocated = 256L << 20;

    static readonly string[][] s_commands =
    [
        ["report", "raw"], ["report", "raw", "--json"], ["report", "raw", "--csv"], ["report", "raw", "--style", "v2.4"],
        ["report", "wss", "--work_time", "300ms", "--all_wss", "--json"], ["report", "wss", "--style", "v1.6.7", "--work_time", "200ms", "--per_target"],
        [
            "report",
            "heats",
            "--resol",
            "6",
            "8",
        ], ["report", "heats", "--heatmap", "stdout"], ["report", "heats", "--style", "v1.0", "--time_range", "1500000000", "1600000000"],
        ["report", "wss"], ["report", "wss", "--json"], ["report", "nr_regions", "--csv"],
        ["report", "heats", "--tres", "7", "--ares", "9"], ["report", "heats", "--guide"], ["report", "heats", "--json", "--tres", "3", "--ares", "4"],
        ["report", "heatmap"], ["report", "heatmap", "--json", "--resol", "5", "6", "--draw_range", "all"], ["report", "heatmap", "--guide", "--json"],
        ["report", "access"], ["report", "access", "--json"], ["report", "access", "--csv"], ["report", "access", "--raw_form"],
        [
            "report",
            "access",
            "--intervals",
            "5ms",
            "100ms",
            "--style",
            "temperature-sz-hist",
        ], ["report", "access", "--intervals", "5ms", "100ms", "--style", "recency-percentiles"],
        ["report", "access", "--intervals", "5ms", "100ms", "--style", "hot"],
        ["report", "record-info"], ["report", "record-info", "--json"],
        ["validate", "--json"], ["adjust", "300ms", "-o", "-"], ["adjust", "--skip", "0", "-o", "-", "--output_type", "json"],
        ["convert", "--format", "binary"], ["convert", "--format", "perf_script"], ["convert", "--format", "json"], ["convert", "--format", "json_compressed"],
        ["report", "html", "--resol", "5", "6"],
    ];

    static readonly string[] s_numbers =
    [
        "0", "1", "-1", "4096", "4294967295", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
        "-9223372036854775808", "1e400", "0.5", "1e-9", "null", "\"max\"", "\"1,2,3\"", "NaN", "99999999999999999999999999999999999999999",
    ];

    readonly RecordFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Broken_records_give_one_line()
    {
        byte[][] records = [.. Records()];
        int first = int.Parse(Environment.GetEnvironmentVariable("DAMON_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);
        TimeSpan least = TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("DAMON_FUZZ_SECONDS") ?? "0", CultureInfo.InvariantCulture));
        long started = Stopwatch.GetTimestamp();
        for (int seed = first; seed < first + Seeds || Stopwatch.GetElapsedTime(started) < least; seed++)
        {
            Try(new Random(seed), records, seed);
        }
    }

    void Try(Random random, byte[][] records, int seed)
    {
        byte[] record = records[random.Next(records.Length)];
        record = Unpacked(record) is { } text ? Packed(Mutated(text, random), record, random) : Mutated(record, random);
        string path = _folder.Path("fuzz.data");
        File.WriteAllBytes(path, record);
        File.WriteAllBytes(path + ".meta.json", random.Next(3) == 0 ? Mutated(File.ReadAllBytes(_folder.Path("v1.meta.json")), random) : []);
        string[] command = s_commands[random.Next(s_commands.Length)];
        string[] arguments = command[0] == "convert" ? ["convert", path, "-", .. command[1..]]
            : command[1] == "html" ? [.. command, "-i", path, "-o", _folder.Path("fuzz.html")]
            : [.. command, "-i", path];
        string what = $"seed {seed}: {string.Join(' ', arguments)}";
        long before = GC.GetAllocatedBytesForCurrentThread();
        (int code, string output, string errors) = RecordFolder.Run(arguments);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MaxAllocated, $"{what}: allocated {allocated} bytes");
        Assert.True(code is 0 or 1, $"{what}: exit code {code}: {errors}");
        Assert.True(code == 0 || errors.Length > 0 || command[0] == "validate", $"{what}: failed without a word");
        Assert.False(errors.Contains("unexpected failure", StringComparison.Ordinal), $"{what}: {errors}");
        Assert.All(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("damo: ", line, StringComparison.Ordinal));
        Assert.InRange(errors.Count(c => c == '\n'), 0, 3);
        if (code == 0 && (command.Contains("--json") || (command[0] == "convert" && command.Contains("json"))))
        {
            try
            {
                JsonDocument.Parse(output).Dispose();
            }
            catch (JsonException e)
            {
                Assert.Fail($"{what}: this is no JSON: {e.Message}");
            }
        }
    }

    IEnumerable<byte[]> Records()
    {
        byte[] v1 = File.ReadAllBytes(_folder.Write("v1", 24, sidecar: true, 7, 9));
        yield return v1;
        foreach (string[] options in (string[][])[
            ["--format", "binary", "--version", "0"],
            ["--format", "binary", "--version", "2"],
            ["--format", "json"],
            ["--format", "json_compressed"],
            ["--format", "perf_script"],
        ])
        {
            string to = _folder.Path("converted" + string.Concat(options));
            Assert.Equal((0, "", ""), RecordFolder.Run(["convert", _folder.Path("v1"), to, .. options]));
            yield return File.ReadAllBytes(to);
        }

        MemoryStream gzip = new();
        using (GZipStream stream = new(gzip, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(v1);
        }

        yield return gzip.ToArray();
        string[] lines = File.ReadAllLines(RecordFolder.Genuine("v3.3.0-masim.perf_data.perf-script.txt"))[..150];
        yield return Lines(lines);
        yield return Lines(
            lines.Select(l =>
                PerfScript().Replace(
                    l,
                    m =>
                        $"  {double.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * 1000:0.000} kdamond.0/12 "
                            + $"damon:damon_aggregated({m.Groups[2].Value})")));
        yield return Lines(
            lines.Select(l => PerfScript().Replace(l, m => $"kdamond.0-12 [000] ..... {m.Groups[1].Value}: damon_aggregated: {m.Groups[2].Value}")));
        yield return Lines(
            lines.Select(l =>
                PerfScript().Replace(
                    l,
                    m =>
                        $"kdamond.0 12 [000] {m.Groups[1].Value}: damon:damos_before_apply: ctx_idx=0 scheme_idx=1 "
                            + $"{m.Groups[2].Value.Replace("target_id", "target_idx", StringComparison.Ordinal)}")));
        yield return File.ReadAllBytes(RecordFolder.Genuine("v3.3.0-masim.json_compressed"));
    }

    static byte[] Lines(IEnumerable<string> lines) => Encoding.ASCII.GetBytes(string.Join('\n', lines) + "\n");

    static byte[]? Unpacked(byte[] file)
    {
        bool isGzip = file is [0x1f, 0x8b, ..];
        if (!isGzip && file is not [0x78, 0x9c or 0xda or 0x01 or 0x5e, ..])
        {
            return null;
        }

        using Stream stream = isGzip
            ? new GZipStream(new MemoryStream(file), CompressionMode.Decompress)
            : new ZLibStream(new MemoryStream(file), CompressionMode.Decompress);
        MemoryStream to = new();
        stream.CopyTo(to);
        return to.ToArray();
    }

    /// <summary>Packed again as it was; now and then it is the packed bytes that are broken too.</summary>
    static byte[] Packed(byte[] text, byte[] like, Random random)
    {
        MemoryStream to = new();
        using (Stream stream = like[0] == 0x1f
            ? new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true)
            : new ZLibStream(to, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(text);
        }

        return random.Next(4) == 0 ? Mutated(to.ToArray(), random) : to.ToArray();
    }

    static byte[] Mutated(byte[] file, Random random)
    {
        List<byte> bytes = [.. file];
        for (int change = random.Next(0, 6); change > 0 && bytes.Count > 0; change--)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 60), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = random.Next(2) == 0 ? (byte)random.Next(256) : "[]{}\",:=-. \n0"u8[random.Next(13)];
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                    break;
                case 4:
                    byte[] extreme = new byte[random.Next(2) == 0 ? 4 : 8];
                    Array.Fill(extreme, random.Next(2) == 0 ? (byte)0xff : (byte)0);
                    extreme[^1] = (byte)(random.Next(3) switch { 0 => 0x7f, 1 => 0x80, _ => extreme[0] });
                    for (int i = 0; i < extreme.Length && at + i < bytes.Count; i++)
                    {
                        bytes[at + i] = extreme[i];
                    }

                    break;
                case 5 or 6:
                    ReplaceNumber(bytes, at, s_numbers[random.Next(s_numbers.Length)]);
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(6) == 0 ? bytes.Count - at : 1);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Puts another number into the place of the next one of a text.</summary>
    static void ReplaceNumber(List<byte> bytes, int from, string number)
    {
        int start = bytes.FindIndex(from, b => b is >= (byte)'0' and <= (byte)'9');
        if (start < 0)
        {
            return;
        }

        int end = start;
        while (end < bytes.Count && bytes[end] is >= (byte)'0' and <= (byte)'9')
        {
            end++;
        }

        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, Encoding.ASCII.GetBytes(number));
    }

    [GeneratedRegex(@"^.*\] +([0-9.]+): damon:damon_aggregated: (.*)$")]
    private static partial Regex PerfScript();
}
