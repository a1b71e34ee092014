using System.CommandLine;
using Damo.Workloads;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Monitoring;

namespace Damon.Bench;

/// <summary>Cost of one walk and of one clear over 10, 100 and 1000 random pages of 1 GiB, by themselves.</summary>
static class ChecksBench
{
    static readonly int[] s_pages = [1, 10, 100, 1000];

    static readonly (string Name, WorkloadPattern Pattern, WorkloadKind Kind, bool Spin)[] s_targets =
    [
        ("4K, sleeping", WorkloadPattern.Idle, WorkloadKind.Anon, false),
        ("4K, spinning", WorkloadPattern.Idle, WorkloadKind.Anon, true),
        ("4K, random access", WorkloadPattern.Random, WorkloadKind.Anon, true),
        ("THP, sleeping", WorkloadPattern.Idle, WorkloadKind.Thp, false),
        ("THP, random access", WorkloadPattern.Random, WorkloadKind.Thp, true),
    ];

    public static Command Create()
    {
        Option<int> rounds = CountOption.Rounds(50);
        return Benchmark.Create(
            "checks",
            "What does one look at 1 to 1000 pages cost, and clearing them? (20 s)",
            parsed => Run(parsed.GetValue(rounds)),
            rounds);
    }

    static void Run(int rounds)
    {
        Rounds nothing = new(Rounds.InTurn(rounds, rounds, static () => ThreadCpu.MicrosecondsOf(static () => { }))[0]);
        Console.WriteLine(
            "Random pages of 1 GiB in address order: three walks and one clear in turn. CPU time of the calling thread, medians (least..most) in us, " +
            $"of which taking the time itself is {nothing.Median:0.0}.");
        Console.WriteLine();
        Table.Begin(
            "target",
            "pages",
            "first walk",
            "same pages again",
            "again with folios",
            "as the walk before",
            "ranges cleared",
            "clear",
            "us per range",
            "rounds");
        using PageTableWalker walker = PageTableWalker.Create();
        using ColdAdvice advice = new();
        foreach ((string name, WorkloadPattern pattern, WorkloadKind kind, bool spin) in s_targets)
        {
            foreach (int pages in s_pages)
            {
                Measure(name, WorkloadOptions.For(pattern) with { Kind = kind, Spin = spin }, walker, advice, pages, rounds);
            }
        }
    }

    static void Measure(string name, WorkloadOptions options, PageTableWalker walker, ColdAdvice advice, int pages, int rounds)
    {
        List<ChecksRound> results = [];
        while (results.Count < rounds)
        {
            using WorkloadProcess workload = WorkloadProcess.Start(options);
            ulong[] order = ShuffledPages(workload.Log.Range, options.Kind == WorkloadKind.Thp ? Page.HugeSize : Page.Size);
            pages = Math.Min(pages, order.Length);
            if (options.Pattern == WorkloadPattern.Idle)
            {
                // A page that was cleared stays so in a target that rests, so there each is used once: it is young from its first write. Of huge
                // pages there are few; targets are started anew for the least number of rounds only, which takes long.
                int fitting = order.Length / pages;
                rounds = Math.Min(rounds, Math.Max(fitting, Rounds.Least));
                Measure(workload.Pid, order, walker, advice, pages, Math.Min(fitting, rounds - results.Count), results);
            }
            else
            {
                Measure(workload.Pid, order, walker, advice, pages, rounds, results);
            }
        }

        Rounds again = new(results.Select(static r => r.AgainUs));
        Rounds folios = new(results.Select(static r => r.FoliosUs));
        Rounds clear = new(results.Select(static r => r.ClearUs));
        Rounds ranges = new(results.Select(static r => r.Ranges));
        Table.Row(
            name,
            $"{pages}",
            new Rounds(results.Select(static r => r.FirstUs)).Text("0.0"),
            again.Text("0.0"),
            folios.Text("0.0"),
            folios.Per(again).RatioText(),
            $"{ranges.Median:0}",
            clear.Text("0.0"),
            clear.Per(ranges).RatioText(),
            $"{results.Count}");
    }

    static void Measure(int pid, ulong[] order, PageTableWalker walker, ColdAdvice advice, int pages, int rounds, List<ChecksRound> results)
    {
        int pidfd = LibC.pidfd_open(pid, 0);
        FolioRange[] ranges = new FolioRange[PageTableWalker.BatchCapacity];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < pages; i++)
            {
                walker.Addresses[i] = order[((long)round * pages + i) % order.Length];
            }

            // The engine goes from region to region, so its samples come in the order of their addresses.
            walker.Addresses[..pages].Sort();
            double first = Walk(walker, pid, pages, withFolio: false);
            double again = Walk(walker, pid, pages, withFolio: false);
            double folios = Walk(walker, pid, pages, withFolio: true);
            int count = 0;
            for (int i = 0; i < pages; i++)
            {
                if (walker.Entries[i].Accessed && FolioRange.Of(walker.Addresses[i], walker.Entries[i]) is { } range)
                {
                    ranges[count++] = range;
                }
            }

            double clear = ThreadCpu.MicrosecondsOf(() => advice.Advise(pidfd, ranges.AsSpan(0, count)));
            results.Add(new ChecksRound(first, again, folios, count, clear));

            // As between two samples: others run, caches cool down.
            Thread.Sleep(1);
        }

        _ = LibC.close(pidfd);
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
        WalkStatus status = WalkStatus.Ok;
        double us = ThreadCpu.MicrosecondsOf(() => status = walker.Walk(pid, pages, withFolio));
        return status == WalkStatus.Ok ? us : throw new InvalidOperationException($"The walk ended with {status}.");
    }
}
