using Damon.Samples.ManagedCache;

namespace Damon.Samples.Tests.ManagedCache;

public sealed class CacheDemoTests
{
    [Fact]
    public async Task The_record_of_the_demonstration_can_be_reported()
    {
        string folder = Directory.CreateTempSubdirectory("damon-test-").FullName;
        try
        {
            string path = Path.Combine(folder, "cache.data");
            using StringWriter output = new();
            CacheDemo.Run(path, seconds: 2, output);
            Assert.Equal(3, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

            (string info, _) = await Programs.Damo("report", "record-info", "-i", path);
            Assert.Contains("access check: slot marks", info);
            (string map, _) = await Programs.Damo("report", "heatmap", "-i", path, "--resol", "4", "32");
            Assert.Contains("# x-axis: space [4.000000 KiB, 32.003906 MiB)", map);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
