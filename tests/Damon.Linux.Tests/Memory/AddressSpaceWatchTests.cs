using System.Diagnostics;
using Damon.Linux.Memory;
using Damon.Linux.Processes;

namespace Damon.Linux.Tests.Memory;

public sealed class AddressSpaceWatchTests
{
    const long PeriodNs = 20_000_000;

    [Fact]
    public void Another_program_in_the_same_process_is_noticed()
    {
        using Process child = System.Diagnostics.Process.Start(new ProcessStartInfo(
            "/bin/sh",
            ["-c", "read go; exec sleep 60"])
        { RedirectStandardInput = true, UseShellExecute = false })!;
        try
        {
            using MonitoredProcess process = new(child.Id, PidFd.Open(child.Id, out _)!, new ProcFileSystem());
            SpinWait.SpinUntil(() => CommandLine(child.Id).StartsWith("/bin/sh", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
            AddressSpaceWatch watch = new(process);
            Assert.False(watch.Look(0));
            Assert.False(watch.Look(PeriodNs));

            child.StandardInput.WriteLine("go");
            child.StandardInput.Flush();
            Assert.True(SpinWait.SpinUntil(() => CommandLine(child.Id).StartsWith("sleep", StringComparison.Ordinal), TimeSpan.FromSeconds(30)));
            Assert.False(watch.Look((2 * PeriodNs) - 1));
            Assert.True(watch.Look(2 * PeriodNs));
            Assert.True(process.AddressSpaceChanged);
            Assert.False(watch.Look(3 * PeriodNs));
        }
        finally
        {
            child.Kill();
        }
    }

    static string CommandLine(int pid) => File.ReadAllText($"/proc/{pid}/cmdline");
}
