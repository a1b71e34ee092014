using Damon.Linux.KernelDamon.Files;
using Damon.Linux.KernelDamon.Tracing;

namespace Damon.Linux.Tests.KernelDamon.Tracing;

/// <summary>What programs of others get, on a folder that is no tracefs; samples/PageCache uses it on a real one.</summary>
public sealed class TraceInstanceTests
{
    [Fact]
    public void Where_there_is_no_tracefs_one_line_says_so()
    {
        using TemporaryFolder folder = new();
        KernelDamonException fault = Assert.Throws<KernelDamonException>(() => TraceInstance.Open(folder.Path, "other"));
        Assert.Equal($"no '{folder.Path}/instances' (tracefs is not mounted there, or not to be seen without being root)", fault.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a-1")]
    public void Names_lead_nowhere_else(string program)
    {
        using TemporaryFolder folder = new();
        Assert.Throws<ArgumentException>(() => TraceInstance.Open(folder.Path, program));
    }

    [Fact]
    public void Only_what_dead_processes_left_under_that_name_is_removed()
    {
        using TemporaryFolder folder = new();
        string[] kept = ["other-1", "other-x", "others-999999999", "damo-999999999", "other"];
        foreach (string name in kept.Append("other-999999999"))
        {
            _ = Directory.CreateDirectory(Path.Combine(folder.Path, "instances", name));
        }

        // No tracefs: the new one has no clock to be set, and is taken away again.
        Assert.Throws<KernelDamonException>(() => TraceInstance.Open(folder.Path, "other"));
        Assert.Equal(
            kept.Order(StringComparer.Ordinal),
            Directory.GetDirectories(Path.Combine(folder.Path, "instances")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }
}
