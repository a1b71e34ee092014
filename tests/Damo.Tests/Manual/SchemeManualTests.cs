using Damo.Manual;
using Damon.Schemes;
using Damon.Schemes.Text;

namespace Damo.Tests.Manual;

public sealed class SchemeManualTests
{
    [Fact]
    public void The_manual_of_schemes_has_every_action_filter_goal_and_watermark()
    {
        string folder = Directory.CreateTempSubdirectory("damo-manual-").FullName;
        try
        {
            Assert.Equal(0, TestTerminal.Run("manual", folder).ExitCode);
            string page = File.ReadAllText(Path.Combine(folder, "damo-schemes.1"));
            IEnumerable<string> names =
            [
                .. Enum.GetValues<SchemeAction>().Select(SchemeNames.Of), .. Enum.GetValues<SchemeFilterKind>().Select(SchemeNames.Of),
                .. Enum.GetValues<QuotaGoalMetric>().Select(SchemeNames.Of), .. Enum.GetValues<WatermarkMetric>().Select(SchemeNames.Of),
            ];
            Assert.All(names, name => Assert.Matches($@"\n\.TP\n\\fB{name}[ \\]", page));
            Assert.DoesNotContain("SCHEME FILES", File.ReadAllText(Path.Combine(folder, "damo-record.1")), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_examples_of_the_manual_are_schemes()
    {
        foreach ((_, _, _, IReadOnlyList<string> lines) in SchemeManual.Sections)
        {
            if (lines is [['-', '-', ..], ..])
            {
                Assert.Single(
                    SchemeOptionParser.Parse([
                        new(SchemeOptionNames.Action, ["stat"]),
                        .. lines.Select(line => line.Split(' ')).Select(words => new SchemeOption(words[0], words[1..])),
                    ]));
            }
            else if (lines.Count > 0)
            {
                Assert.Equal(2, SchemeFile.Parse(string.Join('\n', lines), "the manual").Count);
            }
        }
    }
}
