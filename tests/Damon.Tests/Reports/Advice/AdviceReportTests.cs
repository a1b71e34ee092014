using Damon.Monitoring;
using Damon.Records.Sidecar;
using Damon.Reports.Advice;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damon.Tests.Reports.Advice;

public class AdviceReportTests
{
    const ulong MiB = 1 << 20;
    const int PerSecond = 10;

    static readonly MonitoringAttributes s_attributes = new();

    // 100 MiB of heap, a hole of 900, and 40 MiB of a file.
    static readonly RecordMappings s_mappings = new()
    {
        TargetId = 7,
        Mappings =
        [
            new RecordMapping { Start = 0, End = 100 * MiB, Name = "[heap]" },
            new RecordMapping { Start = 1000 * MiB, End = 1040 * MiB, Name = "/lib/evil\n4K max min min min max stat" },
        ],
    };

    /// <summary>Regions in MiB, each with the samples that found it accessed at a time in seconds.</summary>
    static AdviceReport Report(int seconds, RecordMappings[] mappings, params (ulong Start, ulong End, Func<double, uint> NrAccesses)[] regions)
    {
        AdviceReport report = new(new AdviceOptions(), s_attributes, mappings);
        Snapshot snapshot = new();
        int[] ages = new int[regions.Length];
        for (int i = 0; i <= seconds * PerSecond; i++)
        {
            snapshot.Reset(i * (1_000_000_000L / PerSecond));
            snapshot.AddTarget(7);
            for (int r = 0; r < regions.Length; r++)
            {
                uint now = regions[r].NrAccesses((double)i / PerSecond);
                ages[r] = i > 0 && now == regions[r].NrAccesses((double)(i - 1) / PerSecond) ? ages[r] + 1 : 0;
                snapshot.AddRegion(new SnapshotRegion(regions[r].Start * MiB, regions[r].End * MiB, now, ages[r]));
            }

            report.Add(snapshot);
        }

        return report;
    }

    [Fact]
    public void Idle_memory_is_proposed_without_the_holes()
    {
        AdviceReport report = Report(30, [s_mappings], (0, 30, _ => 20), (30, 1020, _ => 0), (1020, 1040, _ => 3));
        AdviceResult result = report.Finish();
        SchemeProposal pageOut = Assert.Single(result.Proposals, proposal => proposal.Scheme.Action == SchemeAction.PageOut);
        Assert.Equal(2, pageOut.Seconds);
        Assert.Equal(90 * MiB, pageOut.Bytes, 0.05 * 90 * MiB);
        Assert.Equal(140 * MiB, pageOut.MonitoredBytes, 1.0);
        Assert.Equal(["[heap]", s_mappings.Mappings[1].Name], pageOut.Mappings.Select(share => share.Name));
        Assert.Equal(0.7, pageOut.Mappings[0].Bytes / pageOut.Mappings[0].Size, 0.05);
        Assert.Equal([0.0, null, null], pageOut.Regret.Select(window => window.Share));

        SchemeProposal huge = Assert.Single(result.Proposals, proposal => proposal.Scheme.Action == SchemeAction.HugePage);
        Assert.Equal((30 * MiB, 0.0), (huge.Bytes, huge.IdleShare));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void Memory_without_a_name_has_one(string? name)
    {
        RecordMappings mappings = new() { TargetId = 7, Mappings = [new RecordMapping { Start = 0, End = 100 * MiB, Name = name }] };
        AdviceResult result = Report(30, [mappings], (0, 30, _ => 20), (30, 100, _ => 0)).Finish();
        Assert.Equal(2, result.Proposals.Count);
        Assert.All(result.Proposals, proposal => Assert.Equal("[anonymous]", Assert.Single(proposal.Mappings).Name));
    }

    [Fact]
    public void Advice_is_a_valid_scheme_file_whatever_the_mappings_are_called()
    {
        AdviceResult result = Report(30, [s_mappings], (0, 30, _ => 20), (30, 1020, _ => 0), (1020, 1040, _ => 3)).Finish();
        IReadOnlyList<string> lines = AdviceText.Lines(result, s_attributes);
        string text = string.Join('\n', lines);
        Assert.Equal(["4K max min 0 2s max pageout", "2M max 50 max 1s max hugepage"], lines.Where(line => line is not ("" or ['#', ..])));
        Assert.Equal(
            result.Proposals.Select(proposal => proposal.Scheme.Pattern.ToCounts(s_attributes)),
            SchemeFile.Parse(text, "advice").Select(scheme => scheme.Pattern.ToCounts(s_attributes)));
        Assert.Contains(
            "# pageout: memory that nobody accessed for 2 s\n#   70.0 % of [heap] (100.000 MiB) is idle for 2 s on average\n",
            text,
            StringComparison.Ordinal);
        Assert.Contains("#   regret: accessed again within 10 s 0.0 % of ", text, StringComparison.Ordinal);
        Assert.Contains("within 1 m: not known, the record is too short", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_longer_age_is_proposed_where_a_shorter_one_is_wrong()
    {
        // Half is touched every 8 s: what is idle for 2 or 5 s comes back within 10. For 10 s only the other half is idle.
        AdviceReport report = Report(60, [s_mappings], (0, 50, t => t % 8 < 0.35 ? 5u : 0), (50, 100, _ => 0));
        SchemeProposal pageOut = Assert.Single(report.Finish().Proposals);
        Assert.Equal(10, pageOut.Seconds);
        Assert.Equal(50 * MiB, pageOut.Bytes, 0.05 * 50 * MiB);
    }

    [Fact]
    public void Memory_that_always_comes_back_is_not_proposed_and_the_reason_is_given()
    {
        AdviceResult result = Report(60, [s_mappings], (0, 100, t => t % 8 < 0.35 ? 5u : 0)).Finish();
        Assert.Empty(result.Proposals);
        Assert.Matches(
            @"^pageout: [\d.]+ MiB \([\d.]+ %\) could be saved of what is idle for \d s, but 100\.0 % were accessed again too soon$",
            result.Rejected[0]);
        Assert.Empty(SchemeFile.Parse(string.Join('\n', AdviceText.Lines(result, s_attributes)), "advice"));
    }

    [Fact]
    public void A_short_record_tells_no_regret()
    {
        AdviceResult result = Report(9, [], (0, 100, _ => 0)).Finish();
        Assert.Empty(result.Proposals);
        Assert.StartsWith("pageout: the record is too short to tell", result.Rejected[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_mappings_everything_is_memory()
    {
        SchemeProposal pageOut = Assert.Single(Report(30, [], (0, 100, _ => 0)).Finish().Proposals);
        Assert.Equal([new MappingShare(null, 100 * MiB, 100 * MiB)], pageOut.Mappings);
    }

    [Fact]
    public void Huge_pages_that_would_lie_idle_are_not_proposed()
    {
        AdviceResult result = Report(60, [s_mappings], (0, 100, t => t < 20 ? 20u : 0)).Finish();
        Assert.DoesNotContain(result.Proposals, proposal => proposal.Scheme.Action == SchemeAction.HugePage);
        Assert.Matches(@"^hugepage: of what is hot for a second, \d+\.\d % are idle later$", result.Rejected[^1]);
    }
}
