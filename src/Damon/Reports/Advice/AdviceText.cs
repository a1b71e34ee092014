using System.Globalization;
using Damon.Monitoring;
using Damon.Numbers;
using Damon.Schemes.Replay;
using Damon.Schemes.Text;

namespace Damon.Reports.Advice;

/// <summary>Advice as a file of schemes: the reasons are its comments.</summary>
static class AdviceText
{
    const int MostMappings = 3;
    const int LongestName = 80;
    const double SmallPage = Page.Size;
    const double HugePage = Page.HugeSize;

    /// <summary>The lines of the file.</summary>
    /// <param name="result">The advice.</param>
    /// <param name="attributes">The intervals of the record.</param>
    public static IReadOnlyList<string> Lines(AdviceResult result, MonitoringAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(result);
        List<string> lines = [];
        foreach (SchemeProposal proposal in result.Proposals)
        {
            lines.AddRange(Reasons(proposal).Select(reason => "# " + reason));
            lines.Add(Line(proposal, attributes));
            lines.Add("");
        }

        lines.AddRange(result.Rejected.Select(reason => "# not proposed: " + reason));
        return lines;
    }

    /// <summary>The scheme as a line of a schemes file.</summary>
    public static string Line(SchemeProposal proposal, MonitoringAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        return SchemeLines.TryFormat(proposal.Scheme, attributes, out string line, out string? fault)
            ? line
            : throw new InvalidOperationException($"A proposal has no line: {fault}.");
    }

    /// <summary>Why, in words; a line each.</summary>
    public static IReadOnlyList<string> Reasons(SchemeProposal proposal)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        bool isHuge = proposal.IdleShare is not null;
        List<string> reasons = [isHuge
            ? $"hugepage: memory of no file that is accessed in half of the samples for {proposal.Seconds} s"
            : $"pageout: memory that nobody accessed for {proposal.Seconds} s"];
        string what = isHuge ? "hot that long at some time" : string.Create(CultureInfo.InvariantCulture, $"idle for {proposal.Seconds} s on average");
        reasons.AddRange(proposal.Mappings.Take(MostMappings).Select(share =>
            $"  {Percent(share.Bytes / share.Size)} of {Name(share.Name)} ({SizeText.Format(Math.Round(share.Size))}) is {what}"));
        if (proposal.Mappings.Count > MostMappings)
        {
            reasons.Add(
                $"  and {SizeText.Format(Math.Round(proposal.Mappings.Skip(MostMappings).Sum(share => share.Bytes)))} of "
                    + $"{CountText.Format(proposal.Mappings.Count - MostMappings)} others");
        }

        string share =
            $"{SizeText.Format(Math.Round(proposal.Bytes))} of {SizeText.Format(Math.Round(proposal.MonitoredBytes))} mapped "
                + $"({Percent(proposal.Bytes / proposal.MonitoredBytes)})";
        if (isHuge)
        {
            reasons.Add(
                $"  expected saving: {share} in huge pages: {Count(proposal.Bytes / SmallPage)} translations of addresses become "
                    + $"{Count(proposal.Bytes / HugePage)}, if they are not huge already");
            reasons.Add($"  regret: {Percent(proposal.IdleShare!.Value)} of these were idle for 10 s or longer, on average");
        }
        else
        {
            reasons.Add($"  expected saving: {share}, less what was not resident anyway");
            reasons.Add($"  regret: accessed again {string.Join(", ", proposal.Regret.Select(Regret))}");
        }

        return reasons;
    }

    static string Regret(RegretWindow window) => window.Share is { } share
        ? $"within {DurationText.Format(window.Seconds * 1e9)} {Percent(share)} of {SizeText.Format(window.JudgedBytes)} taken"
        : $"within {DurationText.Format(window.Seconds * 1e9)}: not known, the record is too short";

    /// <summary>Names come from other programs: none may end the comment that it stands in.</summary>
    static string Name(string? name) => name is null ? "the memory" : SchemeTextSource.Printable(name, LongestName);

    static string Percent(double share) => FixedDecimal.Format(100 * share, 1) + " %";

    static string Count(double count) => CountText.Format((Int128)Math.Round(count));
}
