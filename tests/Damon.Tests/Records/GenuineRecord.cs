namespace Damon.Tests.Records;

/// <summary>Files that the Python tool, version 3.3.0, wrote on Linux 6.12.</summary>
static class GenuineRecord
{
    public const string PerfScript = "v3.3.0-masim.perf_script";
    public const string PerfOutput = "v3.3.0-masim.perf_data.perf-script.txt";
    public const string Json = "v3.3.0-ongoing.json";
    public const string JsonCompressed = "v3.3.0-masim.json_compressed";

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", name));
}
