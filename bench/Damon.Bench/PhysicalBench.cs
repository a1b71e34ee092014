using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Damo.Workloads;
using Damon.Linux.AccessChecks;
using Damon.Linux.Machine;
using Damon.Linux.Memory;
using Damon.Monitoring;

namespace Damon.Bench;

/// <summary>
/// Cost of finding out who maps 1000 page frames, and of one sample of 1000 regions. With <c>--probe FILE</c> a C program that
/// does the former is compiled with gcc and run in turn; it prints lines that end with <c>, N us</c>.
/// </summary>
static class PhysicalBench
{
    const int NrFrames = 1000;

    static readonly Option<int> s_turns = CountOption.Create("--turns", 5, "How often each is measured, in turn with the others", Rounds.Least);
    static readonly Option<int> s_rounds = CountOption.Create("--rounds", 100, "Samples in each turn", Rounds.Least);
    static readonly Option<int> s_mib = CountOption.Create("--mib", 1024, "Size of each of the three processes, MiB", least: 16);
    static readonly Option<string> s_probe = new("--probe") { Description = "A C program that does the same, to run in turn" };

    public static Command Create() =>
        Benchmark.Create("physical", "What does it cost to find out who maps page frames, and to sample them? (10 s)", Run, s_turns, s_rounds, s_mib, s_probe);

    static void Run(ParseResult parsed)
    {
        int turns = parsed.GetValue(s_turns);
        int rounds = parsed.GetValue(s_rounds);
        long size = (long)parsed.GetValue(s_mib) << 20;
        string? program = parsed.GetValue(s_probe) is { } source ? Compile(source) : null;
        try
        {
            Run(turns, rounds, size, program);
        }
        finally
        {
            if (program is not null)
            {
                File.Delete(program);
            }
        }
    }

    static void Run(int turns, int rounds, long size, string? program)
    {
        WorkloadOptions idle = WorkloadOptions.For(WorkloadPattern.Idle) with { RegionBytes = size };
        using WorkloadProcess anonymous = WorkloadProcess.Start(idle);
        using WorkloadProcess huge = WorkloadProcess.Start(idle with { Kind = WorkloadKind.Thp });
        using WorkloadProcess shared = WorkloadProcess.Start(idle with { Kind = WorkloadKind.Shmem });
        ulong[] frames = [.. Frames(anonymous), .. Frames(huge), .. Frames(shared)];
        ulong[] any = AnyFrames(frames.Length);
        string[] names =
        [
            "of three processes (4K, THP, shared memory), any order",
            "the same, in address order",
            "any of the biggest range of memory, in address order",
        ];
        List<List<(string Line, double Us)>> probed = [];
        PhysicalTurn[][] results = Rounds.InTurn(
            turns,
            0,
            () => Measure(frames, sorted: false, rounds),
            () => Measure(frames, sorted: true, rounds),
            () =>
            {
                PhysicalTurn turn = Measure(any, sorted: true, rounds);
                if (program is not null)
                {
                    probed.Add(RunProbe(program));
                }

                return turn;
            });
        Console.WriteLine(
            $"{NrFrames} frames; {turns} turns, of whose samples ({rounds} in each turn, one of the C program) the medians are taken; medians of the turns "
                + "(least..most) in us.");
        Console.WriteLine();
        Table.Begin("frames", "found and verified", "who maps them: CPU", "as the first", "elapsed", "one sample: prepare, CPU", "check, CPU");
        Rounds reference = new(results[0].Select(static t => t.ResolveCpu));
        for (int i = 0; i < names.Length; i++)
        {
            Rounds resolve = new(results[i].Select(static t => t.ResolveCpu));
            Table.Row(
                names[i],
                $"{new Rounds(results[i].Select(static t => t.Found)).Text("0")} of {NrFrames}",
                resolve.Text("0"),
                resolve.Per(reference).RatioText(),
                new Rounds(results[i].Select(static t => t.Resolve)).Text("0"),
                new Rounds(results[i].Select(static t => t.PrepareCpu)).Text("0"),
                new Rounds(results[i].Select(static t => t.CheckCpu)).Text("0"));
        }

        for (int i = 0; probed.Count > 0 && i < probed.Min(static run => run.Count); i++)
        {
            int number = i;
            Table.Row($"C, the last run said: {probed[^1][i].Line}", "", "", "", new Rounds(probed.Select(run => run[number].Us)).Text("0"), "", "");
        }
    }

    static ulong[] AnyFrames(int count)
    {
        MemoryMap memory = MemoryMap.Read();
        RandomSource random = new(5);
        ulong[] frames = new ulong[count];
        for (int i = 0; i < count; i++)
        {
            frames[i] = random.Next(memory.Biggest.Start, memory.Biggest.End) >> Page.Shift;
        }

        return frames;
    }

    static PhysicalTurn Measure(ulong[] population, bool sorted, int rounds)
    {
        using PageTableWalker walker = PageTableWalker.Create();
        FrameOwners owners = FrameOwners.Create(walker, MemoryMap.Read());
        using IFrameChecker checker = FrameCheckers.Create(AccessCheckKind.PageTable, MemoryMap.Read());
        Random random = new(1);
        RandomSource source = new(1);
        ulong[] frames = new ulong[NrFrames];
        Region[] regions = new Region[NrFrames];
        double[] resolveCpu = new double[rounds];
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
                regions[i] = new Region(frames[i] << Page.Shift, (frames[i] + 1) << Page.Shift);
            }

            long start = Stopwatch.GetTimestamp();
            resolveCpu[round] = ThreadCpu.MicrosecondsOf(() => owners.Resolve(frames));
            resolve[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            for (int i = 0; i < NrFrames; i++)
            {
                found += owners.Frames[i].State == FrameState.Mapped ? 1 : 0;
            }

            // As between two samples: others run, caches cool down.
            Thread.Sleep(1);
            prepare[round] = ThreadCpu.MicrosecondsOf(() => checker.Prepare(regions, source, Stopwatch.GetTimestamp()));
            Thread.Sleep(1);
            check[round] = ThreadCpu.MicrosecondsOf(() => checker.Check(regions, Stopwatch.GetTimestamp()));
        }

        return new PhysicalTurn(
            (double)found / rounds,
            new Rounds(resolveCpu).Median,
            new Rounds(resolve).Median,
            new Rounds(prepare).Median,
            new Rounds(check).Median);
    }

    static ulong[] Frames(WorkloadProcess workload)
    {
        const ulong Present = 1UL << 63;
        const ulong FrameBits = (1UL << 55) - 1;
        AddressRange range = workload.Log.Range;
        ulong[] entries = new ulong[range.Size / Page.Size];
        using FileStream map = File.OpenRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{workload.Pid}/pagemap"));
        map.Position = (long)(range.Start / Page.Size * sizeof(ulong));
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

    /// <summary>What the program printed, one line after the other: the same lines, with other numbers, in each run.</summary>
    static List<(string Line, double Us)> RunProbe(string program)
    {
        const string Unit = " us";
        List<(string, double)> found = [];
        using Process probe = Process.Start(new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false })!;
        foreach (string line in probe.StandardOutput.ReadToEnd().Split('\n').Where(static l => l.EndsWith(Unit, StringComparison.Ordinal)))
        {
            if (double.TryParse(line[..^Unit.Length].Split(", ")[^1], CultureInfo.InvariantCulture, out double us))
            {
                found.Add((line.Replace('|', ';').Trim(), us));
            }
        }

        probe.WaitForExit();
        return found;
    }
}
