using System.Diagnostics;
using System.Globalization;
using Damo.Workloads;
using Damon.Linux.AccessChecks;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Bench;

/// <summary>Cost of one walk and of one clear over 10, 100 and 1000 random pages of 1 GiB, by themselves.</summary>
static class ChecksBench
{
    const ulong PageSize = 4096;
    const ulong HugePageSize = 2 << 20;

    static readonly int[] s_pages = [1, 10, 100, 1000];

    public static int Run(string[] args)
    {
        int rounds = new Options(args).Number("rounds", 50);
        (string Name, WorkloadPattern Pattern, WorkloadKind Kind, bool Spin)[] targets =
        [
            ("4K, sleeping", WorkloadPattern.Idle, WorkloadKind.Anon, false),
            ("4K, spinning", WorkloadPattern.Idle, WorkloadKind.Anon, true),
            ("4K, random access", WorkloadPattern.Random, WorkloadKind.Anon, true),
            ("THP, sleeping", WorkloadPattern.Idle, WorkloadKind.Thp, false),
            ("THP, random access", WorkloadPattern.Random, WorkloadKind.Thp, true),
        ];
        Console.WriteLine($"Checks: one walk and one clear, random pages of 1 GiB in address order; min / median in us.");
        Console.WriteLine(Machine.Line());
        Console.WriteLine();
        Console.WriteLine("| target | pages | first walk | same pages again | again with folios | ranges cleared | clear | rounds |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach ((string name, WorkloadPattern pattern, WorkloadKind kind, bool spin) in targets)
        {
            Measure(name, WorkloadOptions.For(pattern) with { Kind = kind, Spin = spin }, rounds);
        }

        return 0;
    }

    static void Measure(string name, WorkloadOptions options, int rounds)
    {
        using PageTableWalker walker = PageTableWalker.Create();
        using ColdAdvice advice = new();
        foreach (int pages in s_pages)
        {
            using WorkloadProcess workload = WorkloadProcess.Start(options);
            Measure(name, options, workload, walker, advice, pages, rounds);
        }
    }

    static void Measure(string name, WorkloadOptions options, WorkloadProcess workload, PageTableWalker walker, ColdAdvice advice, int pages, int rounds)
    {
        ulong[] order = ShuffledPages(workload.Log.Range, options.Kind == WorkloadKind.Thp ? HugePageSize : PageSize);
        pages = Math.Min(pages, order.Length);

        // A page that was cleared stays so in a target that rests, so there each is used once: it is young from its first write.
        bool rests = options.Pattern == WorkloadPattern.Idle;
        rounds = rests ? Math.Min(rounds, order.Length / pages) : rounds;
        int pidfd = LibC.pidfd_open(workload.Pid, 0);
        FolioRange[] ranges = new FolioRange[PageTableWalker.BatchCapacity];
        double[] plain = new double[rounds];
        double[] again = new double[rounds];
        double[] folio = new double[rounds];
        double[] clear = new double[rounds];
        long nrRanges = 0;
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < pages; i++)
            {
                walker.Addresses[i] = order[((long)round * pages + i) % order.Length];
            }

            // The engine goes from region to region, so its samples come in the order of their addresses.
            walker.Addresses[..pages].Sort();
            plain[round] = Walk(walker, workload.Pid, pages, withFolio: false);
            again[round] = Walk(walker, workload.Pid, pages, withFolio: false);
            folio[round] = Walk(walker, workload.Pid, pages, withFolio: true);
            int count = 0;
            for (int i = 0; i < pages; i++)
            {
                if (walker.Entries[i].Accessed && FolioRange.Of(walker.Addresses[i], walker.Entries[i]) is { } range)
                {
                    ranges[count++] = range;
                }
            }

            nrRanges += count;
            long start = Stopwatch.GetTimestamp();
            _ = advice.Advise(pidfd, ranges.AsSpan(0, count));
            clear[round] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;

            // As between two samples: others run, caches cool down.
            Thread.Sleep(1);
        }

        _ = LibC.close(pidfd);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {pages} | {Text(plain)} | {Text(again)} | {Text(folio)} | {(double)nrRanges / rounds:0} | {Text(clear)} | {rounds} |"));
    }

    static ulong[] ShuffledPages(AddressRange range, ulong pageSize)
    {
        ulong[] pages = new ulong[range.Size / pageSize];
        for (int i = 0; i < pages.Length; i++)
        {
            pages[i] = range.Start + ((ulong)i * pageSize);
        }

        new Random(1).Shuffle(pages);
        return pages;
    }

    static double Walk(PageTableWalker walker, int pid, int pages, bool withFolio)
    {
        long start = Stopwatch.GetTimestamp();
        WalkStatus status = walker.Walk(pid, pages, withFolio);
        double us = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        return status == WalkStatus.Ok ? us : throw new InvalidOperationException($"The walk ended with {status}.");
    }

    static string Text(double[] values)
    {
        Array.Sort(values);
        return string.Create(CultureInfo.InvariantCulture, $"{values[0]:0.0} / {values[values.Length / 2]:0.0}");
    }
}
