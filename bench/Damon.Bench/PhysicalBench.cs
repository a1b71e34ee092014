using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Damo.Workloads;
using Damon.Linux.AccessChecks;
using Damon.Linux.Machine;
using Damon.Monitoring;

namespace Damon.Bench;

/// <summary>
/// Cost of finding out who maps 1000 page frames, and of one sample of 1000 regions. With <c>--probe FILE</c> a C program that
/// does the former is compiled with gcc and run in turn; it prints lines that end with <c>, N us</c>.
/// </summary>
static class PhysicalBench
{
    const int NrFrames = 1000;
    const ulong PageSize = 4096;
    const int PageShift = 12;

    public static int Run(string[] args)
    {
        Options options = new(args);
        int rounds = options.Number("rounds", 200);
        int turns = options.Number("turns", 3);
        long size = (long)options.Number("mib", 1024) << 20;
        string? probe = options.Text("probe") is { } source ? Compile(source) : null;
        Console.WriteLine($"Physical memory: {NrFrames} frames; min / median in us.");
        Console.WriteLine(Machine.Line());
        Console.WriteLine();
        Console.WriteLine("| turn | frames | found and verified | who maps them | one sample: prepare | check | rounds |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        for (int turn = 1; turn <= turns; turn++)
        {
            RunOurs(turn, size, rounds);
            if (probe is not null)
            {
                RunProbe(turn, probe);
            }
        }

        if (probe is not null)
        {
            File.Delete(probe);
        }

        return 0;
    }

    static void RunOurs(int turn, long size, int rounds)
    {
        WorkloadOptions idle = WorkloadOptions.For(WorkloadPattern.Idle) with { RegionBytes = size };
        using WorkloadProcess anonymous = WorkloadProcess.Start(idle);
        using WorkloadProcess huge = WorkloadProcess.Start(idle with { Kind = WorkloadKind.Thp });
        using WorkloadProcess shared = WorkloadProcess.Start(idle with { Kind = WorkloadKind.Shmem });
        ulong[] frames = [.. Frames(anonymous), .. Frames(huge), .. Frames(shared)];
        Measure(turn, "of three processes (4K, THP, shared memory), any order", frames, sorted: false, rounds);
        Measure(turn, "the same, in address order", frames, sorted: true, rounds);
        MemoryMap memory = MemoryMap.Read();
        RandomSource random = new(5);
        ulong[] any = new ulong[frames.Length];
        for (int i = 0; i < any.Length; i++)
        {
            any[i] = random.Next(memory.Biggest.Start, memory.Biggest.End) >> PageShift;
        }

        Measure(turn, "any of the biggest range of memory, in address order", any, sorted: true, rounds);
    }

    static void Measure(int turn, string name, ulong[] population, bool sorted, int rounds)
    {
        using PageTableWalker walker = PageTableWalker.Create();
        FrameOwners owners = FrameOwners.Create(walker, MemoryMap.Read());
        using IFrameChecker checker = FrameCheckers.Create(AccessCheckKind.PageTable, MemoryMap.Read());
        Random random = new(1);
        RandomSource source = new(1);
        ulong[] frames = new ulong[NrFrames];
        Region[] regions = new Region[NrFrames];
        double[] resolve = new double[rounds];
        double[] prepare = new double[rounds];
        double[] check = new double[rounds];
        long found = 0;
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < NrFrames; i++)
            {
                frames[i] = population[random.Next(population.Length)];
            }

            if (sorted)
            {
                Array.Sort(frames);
            }

            for (int i = 0; i < NrFrames; i++)
            {
                regions[i] = new Region(frames[i] << PageShift, (frames[i] + 1) << PageShift);
            }

            long start = Stopwatch.GetTimestamp();
            owners.Resolve(frames);
            resolve[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            for (int i = 0; i < NrFrames; i++)
            {
                found += owners.Frames[i].State == FrameState.Mapped ? 1 : 0;
            }

            // As between two samples: others run, caches cool down.
            Thread.Sleep(1);
            start = Stopwatch.GetTimestamp();
            checker.Prepare(regions, source, start);
            prepare[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            Thread.Sleep(1);
            start = Stopwatch.GetTimestamp();
            checker.Check(regions, start);
            check[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {turn} | {name} | {(double)found / rounds:0} of {NrFrames} | {Text(resolve)} | {Text(prepare)} | {Text(check)} | {rounds} |"));
    }

    static ulong[] Frames(WorkloadProcess workload)
    {
        const ulong Present = 1UL << 63;
        const ulong FrameBits = (1UL << 55) - 1;
        AddressRange range = workload.Log.Range;
        ulong[] entries = new ulong[range.Size / PageSize];
        using FileStream map = File.OpenRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{workload.Pid}/pagemap"));
        map.Position = (long)(range.Start / PageSize * sizeof(ulong));
        map.ReadExactly(MemoryMarshal.AsBytes(entries.AsSpan()));
        return [.. entries.Where(e => (e & Present) != 0).Select(e => e & FrameBits)];
    }

    static string Compile(string source)
    {
        string program = Path.Combine(Path.GetTempPath(), $"bench-probe-{Environment.ProcessId}");
        using Process gcc = Process.Start("gcc", ["-O2", "-w", "-o", program, Path.GetFullPath(source), "-lpthread"]);
        gcc.WaitForExit();
        return gcc.ExitCode == 0 ? program : throw new InvalidOperationException($"gcc ended with exit code {gcc.ExitCode}.");
    }

    static void RunProbe(int turn, string program)
    {
        using Process probe = Process.Start(new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false })!;
        foreach (string line in probe.StandardOutput.ReadToEnd().Split('\n').Where(l => l.EndsWith(" us", StringComparison.Ordinal)))
        {
            Console.WriteLine($"| {turn} | C: {line.Replace('|', ';').Trim()} | | {line.Split(", ")[^1]} | | | 1 |");
        }

        probe.WaitForExit();
    }

    static string Text(double[] values)
    {
        Array.Sort(values);
        return string.Create(CultureInfo.InvariantCulture, $"{values[0]:0} / {values[values.Length / 2]:0}");
    }
}
