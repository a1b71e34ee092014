using System.Globalization;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Schemes.Text;

namespace Damo.Schemes;

/// <summary>What schemes have done, as a table for people: a line per scheme under a line of names.</summary>
static class SchemeTable
{
    static readonly string[] s_names = ["scheme", "action", "tried", "bytes tried", "applied", "bytes applied", "bytes/s", "quota used", "exceeded", "time"];

    /// <summary>Columns that give way where there is no room for all, the first one first.</summary>
    static readonly int[] s_dispensable = [3, 9, 4, 7, 2, 8, 0, 6];

    /// <summary>The lines, with columns as wide as they have to be.</summary>
    /// <param name="schemes">The schemes.</param>
    /// <param name="seconds">Since the start.</param>
    /// <param name="room">Characters that a line may have; columns that find no room are left out.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<SchemeProgress> schemes, double seconds, int room = int.MaxValue)
    {
        List<string[]> rows = [s_names];
        for (int i = 0; i < schemes.Count; i++)
        {
            rows.Add(Row(schemes[i], i, seconds));
        }

        int[] widths = [.. Enumerable.Range(0, s_names.Length).Select(column => rows.Max(row => row[column].Length))];
        List<int> shown = [.. Enumerable.Range(0, s_names.Length)];
        foreach (int column in s_dispensable)
        {
            if (shown.Sum(c => (long)widths[c] + 2) - 2 > room)
            {
                shown.Remove(column);
            }
        }

        return [.. rows.Select(row => Cut(string.Join("  ", shown.Select(c => c == 1 ? row[c].PadRight(widths[c]) : row[c].PadLeft(widths[c]))), room))];
    }

    static string Cut(string line, int room) => line.Length <= room ? line : line[..Math.Max(room, 0)];

    static string[] Row(SchemeProgress scheme, int index, double seconds)
    {
        SnapshotSchemeStatistics s = scheme.Statistics;
        return
        [
            index.ToString(CultureInfo.InvariantCulture),
            SchemeNames.Of(scheme.Action) + (scheme.IsActive == false ? " (resting)" : ""),
            CountText.Format(s.NrTried),
            SizeText.Format(s.SizeTried),
            CountText.Format(s.NrApplied),
            SizeText.Format(s.SizeApplied),
            SizeText.Format(Math.Round(s.SizeApplied / Math.Max(seconds, 1e-9))),
            scheme is { EffectiveQuota: > 0 and { } quota, ChargedBytes: { } charged } ? $"{SizeText.Format(charged)} of {SizeText.Format(quota)}" : "-",
            CountText.Format(s.QuotaExceeds),
            scheme.ActionNs is { } taken ? DurationText.Format(taken) : "-",
        ];
    }
}
