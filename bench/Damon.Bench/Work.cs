namespace Damon.Bench;

/// <summary>Something to measure the CPU time of.</summary>
/// <param name="Name">What it does.</param>
/// <param name="Do">Does it once; returns what keeps the compiler from leaving it out.</param>
/// <param name="Bytes">How many bytes it goes over; 0 where that says nothing.</param>
sealed record Work(string Name, Func<long> Do, long Bytes = 0)
{
    // Until the compiler has optimized what it saw running.
    const int WarmUps = 2;

    /// <summary>Begins the table that <see cref="Measure"/> adds to.</summary>
    public static void BeginTable(string what, int rounds, string reference) =>
        Table.Begin($"{what}, {rounds} rounds", "CPU ms: median (least..most)", $"as {reference}", "GB/s, median");

    /// <summary>One row for each, the first being what the others are compared with.</summary>
    public static void Measure(int rounds, params IReadOnlyList<Work> works)
    {
        Rounds[] results = [.. Rounds.InTurn(rounds, WarmUps, [.. works.Select<Work, Func<double>>(static work => work.CpuMs)])
            .Select(static ms => new Rounds(ms))];
        for (int i = 0; i < works.Count; i++)
        {
            string speed = works[i].Bytes == 0 ? "" : $"{works[i].Bytes / results[i].Median / 1e6:0.00}";
            Table.Row(works[i].Name, results[i].Text("0.00"), results[i].Per(results[0]).RatioText(), speed);
        }
    }

    /// <summary>Does it once; what that took of the CPU time of this process.</summary>
    public double CpuMs()
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        GC.KeepAlive(Do());
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }
}
