using System.Buffers.Text;
using System.Diagnostics;
using Damon.Linux.Memory;
using Damon.Linux.Native;
using Damon.Linux.Processes;
using Damon.Monitoring;

namespace Damon.Linux.Actions;

/// <summary>Which mappings of processes are marked for or against huge pages already, so that no thread is stopped for what would change nothing.</summary>
/// <remarks>
/// From smaps, which walks the page tables: so it is read at most every second, and takes at most 1/20 of the time. What was advised in between counts as
/// marked until then.
/// </remarks>
sealed class HugePageMarks(ProcFileSystem proc)
{
    const long LeastPeriodNs = 1_000_000_000;
    const long CostFactor = 20;

    readonly Dictionary<int, Marks> _processes = [];

    /// <summary>The time in nanoseconds.</summary>
    internal Func<long> NowNs { get; init; } = Stopwatch.GetTimestamp;

    /// <summary>Leaves out what has the mark.</summary>
    /// <param name="process">Whose memory it is.</param>
    /// <param name="runs">Mapped memory.</param>
    /// <param name="advice"><c>MADV_HUGEPAGE</c> or <c>MADV_NOHUGEPAGE</c>.</param>
    /// <param name="rest">What has not, in the order of <paramref name="runs"/>.</param>
    /// <returns>Bytes that are left out.</returns>
    internal ulong LeaveOut(MonitoredProcess process, IReadOnlyList<AddressRange> runs, int advice, List<AddressRange> rest)
    {
        List<AddressRange> marked = MarksOf(process).Of(advice);
        ulong left = 0;
        foreach (AddressRange run in runs)
        {
            AddressRange remaining = run;
            foreach (AddressRange mark in marked)
            {
                if (mark.End <= remaining.Start || remaining.IsEmpty)
                {
                    continue;
                }

                if (mark.Start >= remaining.End)
                {
                    break;
                }

                if (mark.Start > remaining.Start)
                {
                    rest.Add(remaining with { End = mark.Start });
                }

                ulong end = Math.Min(mark.End, remaining.End);
                left += end - Math.Max(mark.Start, remaining.Start);
                remaining = remaining with { Start = end };
            }

            if (!remaining.IsEmpty)
            {
                rest.Add(remaining);
            }
        }

        return left;
    }

    /// <summary>Memory was advised on.</summary>
    internal void Add(MonitoredProcess process, IReadOnlyList<AddressRange> runs, int advice) => MarksOf(process).Add(runs, advice);

    /// <summary>Drops what is kept for a process.</summary>
    internal void Forget(MonitoredProcess process) => _processes.Remove(process.Pid);

    /// <summary>Reads the marks out of the text of smaps.</summary>
    internal static void Parse(ReadOnlySpan<byte> text, List<AddressRange> huge, List<AddressRange> noHuge)
    {
        AddressRange range = default;
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line.StartsWith("VmFlags:"u8))
            {
                if (line.IndexOf(" hg"u8) >= 0)
                {
                    huge.Add(range);
                }

                if (line.IndexOf(" nh"u8) >= 0)
                {
                    noHuge.Add(range);
                }
            }
            else if (Utf8Parser.TryParse(line, out ulong start, out int used, 'x') && used < line.Length && line[used] == (byte)'-'
                && Utf8Parser.TryParse(line[(used + 1)..], out ulong stop, out _, 'x') && start < stop)
            {
                range = new AddressRange(start, stop);
            }
        }
    }

    Marks MarksOf(MonitoredProcess process)
    {
        if (!_processes.TryGetValue(process.Pid, out Marks? marks))
        {
            marks = new Marks();
            _processes.Add(process.Pid, marks);
        }

        long now = NowNs();
        if (now < marks.NextNs)
        {
            return marks;
        }

        marks.Huge.Clear();
        marks.NoHuge.Clear();
        if (proc.TryRead($"{process.Folder}/smaps", out ReadOnlySpan<byte> text, out Errno _))
        {
            Parse(text, marks.Huge, marks.NoHuge);
        }

        marks.NextNs = now + Math.Max(LeastPeriodNs, (NowNs() - now) * CostFactor);
        return marks;
    }

    sealed class Marks
    {
        internal List<AddressRange> Huge { get; } = [];

        internal List<AddressRange> NoHuge { get; } = [];

        internal long NextNs { get; set; } = long.MinValue;

        internal List<AddressRange> Of(int advice) => advice == LibC.MADV_HUGEPAGE ? Huge : NoHuge;

        internal void Add(IReadOnlyList<AddressRange> runs, int advice)
        {
            List<AddressRange> own = Of(advice);
            own.AddRange(runs);
            own.Sort(static (a, b) => a.Start.CompareTo(b.Start));

            // One mark takes the place of the other.
            List<AddressRange> other = Of(advice == LibC.MADV_HUGEPAGE ? LibC.MADV_NOHUGEPAGE : LibC.MADV_HUGEPAGE);
            _ = other.RemoveAll(mark => runs.Any(run => run.Start < mark.End && mark.Start < run.End));
        }
    }
}
