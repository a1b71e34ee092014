using System.Globalization;
using Damon.Reports.Numbers;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damo.Schemes;

/// <summary>What schemes have done, as a table for people: a line per scheme under a line of names.</summary>
static class SchemeTable
{
    static readonly string[] s_names = ["scheme", "action", "tried", "bytes tried", "applied", "bytes applied", "bytes/s", "quota used", "exceeded", "time"];

    /// <summary>The lines, with columns as wide as they have to be.</summary>
    /// <param name="schemes">The schemes.</param>
    /// <param name="seconds">Since the start.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<Scheme> schemes, double seconds)
    {
        List<string[]> rows = [s_names];
        for (int i = 0; i < schemes.Count; i++)
        {
            rows.Add(Row(schemes[i], i, seconds));
        }

        int[] widths = [.. Enumerable.Range(0, s_names.Length).Select(column => rows.Max(row => row[column].Length))];
        return [.. rows.Select(row => string.Join("  ", row.Select((cell, column) => column == 1 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))))];
    }

    static string[] Row(Scheme scheme, int index, double seconds)
    {
        SchemeStatistics s = scheme.Statistics;
        return
        [
            index.ToString(CultureInfo.InvariantCulture),
            SchemeNames.Of(scheme.Action) + (scheme.IsActive ? "" : " (resting)"),
            CountText.Format(s.NrTried),
            SizeText.Format(s.SizeTried),
            CountText.Format(s.NrApplied),
            SizeText.Format(s.SizeApplied),
            SizeText.Format(Math.Round(s.SizeApplied / Math.Max(seconds, 1e-9))),
            scheme.Quota.IsLimited ? $"{SizeText.Format(scheme.ChargedBytes)} of {SizeText.Format(scheme.EffectiveQuota)}" : "-",
            CountText.Format(s.QuotaExceeds),
            DurationText.Format(s.ActionNs),
        ];
    }
}
