using System.Globalization;
using Damo.CommandLine;
using Damo.Inputs;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Records.Series;
using Damon.Records.Streams;
using Damon.Schemes;
using Damon.Schemes.Replay;
using Damon.Schemes.Text;

namespace Damo.Schemes;

/// <summary><c>damo schemes --replay</c>: what schemes would have done to a recorded run, and whether it would have been a mistake.</summary>
static class SchemeReplayRun
{
    /// <summary>Replays and tells the result.</summary>
    /// <param name="input">The record, or <c>-</c>.</param>
    /// <param name="schemes">The schemes.</param>
    /// <param name="asked">Intervals to assume where the record says none.</param>
    /// <param name="isStrict">Whether damage is a failure.</param>
    /// <param name="isJson">Whether the result is told as JSON.</param>
    /// <param name="terminal">Where to.</param>
    /// <returns>What the process ends with.</returns>
    /// <exception cref="UserErrorException">The record cannot be read.</exception>
    public static int Run(string input, IReadOnlyList<Scheme> schemes, MonitoringAttributes asked, bool isStrict, bool isJson, Terminal terminal)
    {
        using RecordSource source = RecordSource.Open(input, isStrict, terminal);
        RecordIntervals? known = source.EngineIntervals();
        SchemeReplay? replay = null;
        void Add(RecordSeries series, Snapshot snapshot)
        {
            replay ??= new SchemeReplay(schemes, RecordedAttributes.Of(known ?? series.Intervals, asked, terminal));
            replay.Add(snapshot);
        }

        // JSON has one series after the other, each from the beginning of the run; what the others have is in the order of time.
        using SeriesSpool spool = new();
        bool isByTime = false;
        source.ReadAged(
            (series, snapshot) =>
            {
                if (isByTime)
                {
                    Add(series, snapshot);
                }
                else
                {
                    spool.Add(series, snapshot);
                }
            },
            record =>
            {
                isByTime = record.Content == RecordContent.Binary;
                return record;
            });
        spool.ReadByTime(Add);
        replay!.End();
        if (isJson)
        {
            using Stream output = terminal.OpenOutput();
            SchemeJson.Write(output, SchemeProgress.Of(schemes), replay.Seconds, isRehearsal: true, [], replay);
            return source.ExitCode;
        }

        foreach (string line in SchemeTable.Lines(SchemeProgress.Of(schemes), replay.Seconds))
        {
            terminal.Out.WriteLine(line);
        }

        for (int i = 0; i < schemes.Count; i++)
        {
            terminal.Out.WriteLine($"scheme {i.ToString(CultureInfo.InvariantCulture)}: {Rate(schemes[i].Statistics, replay.SecondsOf(i), replay.Seconds)}");
            if (SchemeNames.TakesMemory(schemes[i].Action))
            {
                terminal.Out.WriteLine(
                    $"scheme {i.ToString(CultureInfo.InvariantCulture)}: accessed again {string.Join(", ", replay.RegretOf(i).Select(Regret))}");
            }
        }

        terminal.Out.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"# {replay.NrSnapshots} snapshots, {DurationText.Format(Math.Round(replay.Seconds * 1e9))}; nothing was touched"));
        terminal.Out.Flush();
        return source.ExitCode;
    }

    static string Rate(SchemeStatistics statistics, IReadOnlyList<ReplaySecond> seconds, double length)
    {
        if (seconds.Count == 0)
        {
            return "nothing matched";
        }

        ReplaySecond most = seconds.MaxBy(second => second.Bytes);
        return $"per second {FixedDecimal.Format(statistics.NrTried / length, 1)} regions with {SizeText.Format(Math.Round(statistics.SizeTried / length))} "
            + "on average, "
            + $"at most {CountText.Format(most.Regions)} with {SizeText.Format(most.Bytes)} (second {CountText.Format((ulong)most.Second)})";
    }

    static string Regret(RegretWindow window)
    {
        string within = $"within {DurationText.Format(window.Seconds * 1e9)}";
        return window.Share is { } share
            ? $"{within} {FixedDecimal.Format(100 * share, 1)} % of {SizeText.Format(window.JudgedBytes)}"
            : $"{within}: not known, the record is too short";
    }
}
