using Damon.Linux.AccessChecks;
using Damon.Linux.Memory;
using Damon.Linux.Operations;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Tests.Operations;

public sealed class VirtualOperations32BitTests
{
    const int Samples = 40;

    [Fact]
    public void Page_table_walks_see_which_memory_of_a_32_bit_process_is_hot()
    {
        using Elf32Workload workload = new();
        Assert.True(SpinWait.SpinUntil(workload.IsReady, TimeSpan.FromSeconds(30)));
        using VirtualOperations operations = new(Checker(), new ProcFileSystem()) { KeepsGivenRegions = true };
        MonitoringContext context = new(operations, seed: 1);
        Target target = operations.OpenTarget(workload.Pid);
        const ulong Size = 1 << 20;
        for (ulong start = Elf32Workload.HotStart; start < Elf32Workload.End; start += Size)
        {
            target.Regions.Add(new Region(start, start + Size));
        }

        context.AddTarget(target);
        operations.Init(context);
        int[] accesses = new int[target.Regions.Count];
        for (int i = 0; i < Samples; i++)
        {
            operations.PrepareAccessChecks(context);

            // Long enough for several rounds, on a busy machine too.
            Thread.Sleep(20);
            operations.CheckAccesses(context);
            for (int r = 0; r < accesses.Length; r++)
            {
                accesses[r] += target.Regions[r].Accessed ? 1 : 0;
            }
        }

        operations.Cleanup(context);
        int hotRegions = (int)((Elf32Workload.HotEnd - Elf32Workload.HotStart) / Size);
        Assert.All(accesses[..hotRegions], n => Assert.InRange(n, Samples * 3 / 4, Samples));
        Assert.All(accesses[hotRegions..], n => Assert.InRange(n, 0, Samples / 20));
    }

    [Fact]
    public void The_regions_of_a_32_bit_process_are_found_from_its_mappings()
    {
        using Elf32Workload workload = new();
        Assert.True(SpinWait.SpinUntil(workload.IsReady, TimeSpan.FromSeconds(30)));
        using VirtualOperations operations = new(Checker(), new ProcFileSystem());
        MonitoringContext context = new(operations, seed: 1);
        Target target = operations.OpenTarget(workload.Pid);
        context.AddTarget(target);
        operations.Init(context);
        Region[] regions = target.Regions.AsSpan().ToArray();
        Assert.Contains(regions, r => r.Start <= Elf32Workload.HotStart && r.End > Elf32Workload.HotStart);
        Assert.Contains(regions, r => r.Start < Elf32Workload.End && r.End >= Elf32Workload.End);
        Assert.All(regions, r => Assert.True(r.End <= 1UL << 32));
        operations.Cleanup(context);
    }

    static IAccessChecker Checker()
    {
        try
        {
            return AccessCheckers.Create(AccessCheckKind.PageTable);
        }
        catch (AccessCheckUnavailableException e) when (Environment.GetEnvironmentVariable("DAMON_TESTS_MAY_NOT_SKIP") is null)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
