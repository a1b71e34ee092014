using System.Text;
using System.Text.RegularExpressions;
using Damon.Tests.Shared;

namespace Damon.Linux.Tests.Programming;

/// <summary>What docs/programming.md shows is what samples/Programming compiles.</summary>
public sealed partial class ProgrammingGuideTests
{
    const string Guide = "docs/programming.md";
    const string Samples = "samples/Programming";

    [Fact]
    public void The_code_of_the_guide_is_that_of_the_samples()
    {
        HashSet<string> shown = [];
        StringBuilder expected = new();
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, Guide));
        for (int i = 0; i < lines.Length; i++)
        {
            expected.Append(lines[i]).Append('\n');
            if (lines[i] != "```csharp")
            {
                continue;
            }

            Match mark = SnippetMark().Match(i > 0 ? lines[i - 1] : "");
            Assert.True(mark.Success, $"{Guide}, line {i + 1}: code without the place where it is compiled");
            string[] regions = mark.Groups["regions"].Value.Split(", ");
            foreach (string region in regions)
            {
                expected.Append(region == regions[0] ? "" : "\n");
                Assert.True(shown.Add($"{mark.Groups["file"]}: {region}"), $"{Guide}, line {i + 1}: shown twice");
                foreach (string line in Region(mark.Groups["file"].Value, region))
                {
                    expected.Append(line).Append('\n');
                }
            }

            while (lines[i] != "```")
            {
                i++;
            }

            expected.Append("```\n");
        }

        Assert.NotEmpty(shown);
        Repository.AssertFile(Guide, expected.ToString());

        string[] all = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, Samples), "*.cs").SelectMany(path => File.ReadLines(path)
            .Select(line => RegionMark().Match(line))
            .Where(match => match.Success)
            .Select(match => $"{Samples}/{Path.GetFileName(path)}: {match.Groups["region"]}"))];
        Assert.Equal(all.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    /// <summary>The lines between the marks, without what all are indented by and without empty lines at the ends.</summary>
    static IEnumerable<string> Region(string file, string region)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Repository.Root, file));
        int start = Array.FindIndex(lines, line => line.Trim() == $"#region {region}");
        Assert.True(start >= 0, $"{file} has no region {region}");
        int end = Array.FindIndex(lines, start, line => line.Trim() == "#endregion");
        string[] code = lines[(start + 1)..end];
        int indent = code.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return code.Select(line => line.Length == 0 ? line : line[indent..]).Reverse().SkipWhile(line => line.Length == 0).Reverse();
    }

    [GeneratedRegex("^<!-- (?<file>samples/Programming/[A-Za-z]+\\.cs): (?<regions>[a-z-]+(, [a-z-]+)*) -->$", RegexOptions.ExplicitCapture)]
    private static partial Regex SnippetMark();

    [GeneratedRegex("^ *#region (?<region>[a-z-]+)$")]
    private static partial Regex RegionMark();
}
