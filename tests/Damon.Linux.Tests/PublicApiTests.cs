using Damon.Tests.Shared;

namespace Damon.Linux.Tests;

public sealed class PublicApiTests
{
    /// <summary>A change of what programs can use is seen, and wanted: eng/public-api takes it over.</summary>
    [Fact]
    public void The_public_interface_is_the_one_that_is_written_down() =>
        Repository.AssertFile("tests/PublicApi/Damon.Linux.txt", PublicSurface.Of(typeof(ProcessMonitor).Assembly));
}
