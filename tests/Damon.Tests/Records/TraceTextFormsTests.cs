using System.Globalization;
using System.Text;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;

namespace Damon.Tests.Records;

/// <summary>What the tracers really print under their options, and what becomes of it on its way.</summary>
public sealed class TraceTextFormsTests
{
    static byte[] Genuine(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "trace-text", name));

    static List<string> Read(byte[] text, string? damage = null)
    {
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(text));
        List<string> all = SnapshotText.Of(reader);
        Assert.Equal(RecordContent.TraceText, reader.Content);
        Assert.Equal(damage, reader.Damage?.ToString());
        return all;
    }

    static List<string> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    static string Refusal(byte[] text) => Assert.Throws<RecordFormatException>(() =>
    {
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(text));
        reader.Read(new Snapshot());
    }).Message;

    static string Perf => Encoding.ASCII.GetString(GenuineRecord.Bytes(GenuineRecord.PerfOutput))[..20_000];

    /// <summary>Whole snapshots of genuine output, which ends with a whole one.</summary>
    static string WholePerf
    {
        get
        {
            string[] lines = Perf.Split('\n');
            int length = 0;
            int regions = 0;
            List<string> whole = [];
            for (int i = 0; i < lines.Length - 1; i++)
            {
                regions++;
                int at = lines[i].IndexOf("nr_regions=", StringComparison.Ordinal) + "nr_regions=".Length;
                if (regions == int.Parse(lines[i][at..lines[i].IndexOf(' ', at)], CultureInfo.InvariantCulture))
                {
                    (length, regions) = (i + 1, 0);
                }
            }

            return string.Join('\n', lines[..length]) + "\n";
        }
    }

    [Theory]
    [InlineData("perf-script-F-period.txt", "9973751000 [0 400000-7f70000:0/17 ", "9974459000 [1 400000-")]
    [InlineData("trace-cmd-R.txt", "130301802000 [0 400000-8726000:0/536 ", "130302400000 [1 400000-")]
    [InlineData("trace-cmd-ts-diff.txt", "130301802000 [0 400000-8726000:0/536 ", "130302400000 [1 400000-")]
    [InlineData("trace-cmd-clock-boot.txt", "232359418257 [0 400000-8726000:0/933 ", "232359444634 [1 400000-")]
    [InlineData("tracefs-latency-format.txt", "26757000 [0 400000-608e000:0/21 ", "26807000 [1 400000-")]
    public void Genuine_forms_are_read_to_the_last_line(string name, string first, string second)
    {
        List<string> all = Read(Genuine(name));
        Assert.StartsWith(first, all[0], StringComparison.Ordinal);
        Assert.StartsWith(second, all[1], StringComparison.Ordinal);
        Assert.Equal(name.StartsWith("tracefs", StringComparison.Ordinal) ? 4 : 2, all.Count);
    }

    [Fact]
    public void Fields_with_names_and_fields_as_printed_are_the_same() =>
        Assert.Equal(Read(Genuine("trace-cmd-ts-diff.txt")), Read(Genuine("trace-cmd-R.txt")));

    [Fact]
    public void Hexadecimal_fields_of_tracefs_are_read()
    {
        const string Line =
            "       kdamond.0-186     [000] .....    12.500000: damon_aggregated: target_id=0x0 (0) nr_regions=0x1 (1) start=0x400000 (4194304) "
                + "end=0xffffffffffff0000 (-65536) nr_accesses=0x13 (19) age=0x5f (95)\n";
        Assert.Equal(["12500000000 [0 400000-ffffffffffff0000:19/95]"], Read(Line));
    }

    [Theory]
    [InlineData("tracefs-clock-uptime.txt", "whole numbers")]
    [InlineData("tracefs-nocontext-info.txt", "no time in front of the events")]
    [InlineData("perf-script-deltatime.txt", "--deltatime")]
    public void Text_without_a_usable_time_is_refused_with_the_cause(string name, string cause)
    {
        string refusal = Refusal(Genuine(name));
        Assert.Contains(cause, refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
    }

    [Fact]
    public void A_cause_after_much_other_text_is_still_reported()
    {
        byte[] text = [.. Encoding.ASCII.GetBytes(Other(100_000)), .. Genuine("tracefs-nocontext-info.txt")];
        Assert.Contains("no time in front of the events", Refusal(text), StringComparison.Ordinal);
    }

    static string Other(int length) =>
        string.Concat(Enumerable.Repeat("  swapper     0 [001]   397.100000: sched:sched_switch: prev_comm=swapper/1 prev_pid=0\n", (length / 85) + 1));

    [Fact]
    public void Events_may_come_late_in_a_trace_of_a_busy_machine() => Assert.Equal(Read(WholePerf), Read(Other(300_000) + WholePerf));

    [Fact]
    public void Much_text_without_an_event_is_refused_as_text() =>
        Assert.Contains("plain text", Refusal(Encoding.ASCII.GetBytes(Other(300_000))), StringComparison.Ordinal);

    [Fact]
    public void Lost_events_cut_the_snapshot_though_just_as_many_lines_follow()
    {
        List<string> all = Read(
            Genuine("trace_pipe-lost.txt"),
            "the tracer lost 60 events; trace lines are missing or broken in 1 place, the first at offset 3768; the snapshots there are left out, 4 whole "
                + "snapshots used");
        Assert.Equal(4, all.Count);
        Assert.DoesNotContain(
            all,
            snapshot => snapshot.StartsWith("48187", StringComparison.Ordinal) || snapshot.StartsWith("48795", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("CPU:3 [LOST 7 EVENTS]", "the tracer lost 7 events; ")]
    [InlineData("CPU:3 [LOST EVENTS]", "the tracer lost events; ")]
    [InlineData("CPU:3 [1 EVENTS DROPPED]", "the tracer lost 1 event; ")]
    [InlineData("CPU:3 [EVENTS DROPPED]", "the tracer lost events; ")]
    [InlineData("kdamond.0 191 [000] 9.97: PERF_RECORD_LOST lost 12", "the tracer lost 12 events; ")]
    [InlineData("LOST 5 events!", "the tracer lost 5 events; ")]
    public void Lost_events_between_snapshots_are_reported(string line, string says)
    {
        int half = WholePerf.Length / 2;
        half = WholePerf.IndexOf('\n', half) + 1;
        List<string> all = Read(WholePerf);
        using IRecordReader reader = RecordReaders.Open(new MemoryStream(Encoding.ASCII.GetBytes(WholePerf + line + "\n")));
        Assert.Equal(all, SnapshotText.Of(reader));
        Assert.StartsWith(says + "snapshots may be missing", reader.Damage!.ToString(), StringComparison.Ordinal);
        using IRecordReader cut = RecordReaders.Open(new MemoryStream(Encoding.ASCII.GetBytes(WholePerf[..half] + line + "\n" + WholePerf[half..])));
        Assert.Equal(all.Count - 1, SnapshotText.Of(cut).Count);
        Assert.StartsWith(says + "trace lines are missing", cut.Damage!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" ffffffffb1c4a1d0 damon_aggregate_thing+0x10 ([kernel.kallsyms])")]
    [InlineData(" => nothing of interest")]
    public void Text_after_the_age_is_skipped(string behind) =>
        Assert.Equal(Read(WholePerf), Read(WholePerf.Replace("\n", behind + "\n", StringComparison.Ordinal)));

    [Theory]
    [InlineData(72)]
    [InlineData(76)]
    [InlineData(79)]
    [InlineData(100)]
    public void Lines_that_a_mail_program_wrapped_are_put_together(int columns)
    {
        StringBuilder wrapped = new();
        foreach (string line in WholePerf.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string rest = line;
            while (rest.Length > columns && rest.LastIndexOf(' ', columns) is > 0 and int blank && rest[..blank].AsSpan().Trim().Length > 0)
            {
                wrapped.Append(rest[..blank]).Append('\n');
                rest = rest[(blank + 1)..];
            }

            wrapped.Append(rest).Append('\n');
        }

        Assert.NotEqual(WholePerf, wrapped.ToString());
        Assert.Equal(Read(WholePerf), Read(wrapped.ToString()));
    }

    [Fact]
    public void Tabs_in_the_place_of_blanks_are_read()
    {
        string tabs = WholePerf.Replace("        ", "\t", StringComparison.Ordinal)
            .Replace(" [", "\t[", StringComparison.Ordinal)
            .Replace(" nr_regions", "\tnr_regions", StringComparison.Ordinal);
        Assert.Equal(Read(WholePerf), Read(tabs));
    }

    [Theory]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-8", true)]
    public void Text_in_the_encodings_of_other_systems_is_read(string name, bool hasMark)
    {
        Encoding encoding = Encoding.GetEncoding(name);
        string text = WholePerf.Replace("\n", "\r\n", StringComparison.Ordinal);
        Assert.Equal(Read(WholePerf), Read([.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)]));
    }

    [Fact]
    public void Broken_text_of_any_kind_is_read_or_refused()
    {
        string[] names =
        [
            "perf-script-F-period.txt",
            "trace-cmd-R.txt",
            "trace_pipe-lost.txt",
            "tracefs-latency-format.txt",
            "trace-cmd-clock-boot.txt",
            "perf-script-two-kdamonds.txt",
        ];
        Random random = new(20261129);
        for (int round = 0; round < 600; round++)
        {
            byte[] text = Genuine(names[round % names.Length]);
            for (int change = random.Next(1, 12); change > 0; change--)
            {
                int at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0:
                        text[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        text = [.. text[..at], .. text[Math.Min(text.Length, at + random.Next(200))..]];
                        break;
                    case 2:
                        text = [.. text[..at], .. text.AsSpan(random.Next(text.Length), 0), (byte)'\n', .. text[at..]];
                        break;
                    default:
                        text = [.. text[..at], .. text.AsSpan(at / 2, Math.Min(300, text.Length - (at / 2))), .. text[at..]];
                        break;
                }

                if (text.Length == 0)
                {
                    text = [(byte)'x'];
                }
            }

            try
            {
                using IRecordReader reader = RecordReaders.Open(new MemoryStream(text));
                Snapshot snapshot = new();
                while (reader.Read(snapshot))
                {
                    Assert.Equal(1, snapshot.NrTargets);
                    Assert.All(snapshot[0].Regions.ToArray(), region => Assert.True(region.Start <= region.End));
                }
            }
            catch (RecordFormatException e)
            {
                Assert.NotEqual("", e.Message);
            }
        }
    }
}
