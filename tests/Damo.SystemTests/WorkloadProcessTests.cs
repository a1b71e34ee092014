using Damo.Workloads;

namespace Damo.SystemTests;

public class WorkloadProcessTests
{
    static readonly string s_damo = Path.Combine(AppContext.BaseDirectory, "damo");

    [Theory]
    [InlineData(nameof(WorkloadKind.Anon), false)]
    [InlineData(nameof(WorkloadKind.Anon), true)]
    [InlineData(nameof(WorkloadKind.File), false)]
    [InlineData(nameof(WorkloadKind.Shmem), false)]
    [InlineData(nameof(WorkloadKind.Shared2), false)]
    public void A_workload_sweeps_and_logs_and_ends_when_its_parent_says(string kind, bool spin)
    {
        WorkloadOptions options = WorkloadOptions.For(WorkloadPattern.Heats) with
        {
            Kind = Enum.Parse<WorkloadKind>(kind),
            Spin = spin,
            RegionBytes = 1 << 20,
            Directory = Path.GetTempPath(),
        };
        int pid;
        using (WorkloadProcess workload = WorkloadProcess.Start(options, s_damo))
        {
            pid = workload.Pid;
            Assert.Equal(10, workload.Log.Regions.Length);
            Assert.Equal(10UL << 20, workload.Log.Range.Size);
            Assert.True(SpinWait.SpinUntil(() => workload.Log.NrSweeps(0) > 3 && workload.Log.NrSweeps(7) > 1, TimeSpan.FromSeconds(60)));
            Assert.Equal(0, workload.Log.NrSweeps(9));
            Assert.True(Directory.Exists($"/proc/{pid}"));
        }

        Assert.False(Directory.Exists($"/proc/{pid}"));
    }

    [Fact]
    public void A_workload_that_counts_logs_operations_and_CPU_time()
    {
        WorkloadOptions options = WorkloadOptions.For(WorkloadPattern.Random) with { RegionBytes = 1 << 20 };
        using WorkloadProcess workload = WorkloadProcess.Start(options, s_damo);
        Assert.True(SpinWait.SpinUntil(() => workload.Log.Operations > 0 && workload.Log.CpuNs > 0, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public void A_workload_that_cannot_start_gives_its_exit_code_and_message()
    {
        WorkloadOptions options = WorkloadOptions.For(WorkloadPattern.Heats) with { Kind = WorkloadKind.File, Directory = "/nowhere" };
        IOException e = Assert.Throws<IOException>(() => WorkloadProcess.Start(options, s_damo));
        Assert.Contains("exit code 1", e.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere", e.Message, StringComparison.Ordinal);
    }
}
