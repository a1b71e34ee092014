using System.Text.RegularExpressions;
using Damo.CommandLine;
using Damo.Views;

namespace Damo.Tests.Views;

public partial class HeatmapPairViewTests
{
    const ulong Bytes = 136UL << 20;

    [Fact]
    public void The_plain_form_is_framed_ascii()
    {
        HeatMeans left = new(HeatmapPairView.NrLines, HeatmapPairView.NrColumns);
        HeatMeans right = new(HeatmapPairView.NrLines, HeatmapPairView.NrColumns);
        for (int i = 0; i < 10; i++)
        {
            // Three columns per level, from nothing to always; the last four columns stay empty.
            left.Add(0, 0.5, i * 3 / 34.0, ((i * 3) + 3) / 34.0, i / 9.0);
            right.Add(0.5, 1, i * 3 / 34.0, ((i * 3) + 3) / 34.0, (9 - i) / 9.0);
        }

        string[] lines = Render(ColorDepth.None, left, right);
        string empty = new(' ', 34);
        Assert.Equal("        found                                truth", lines[0]);
        Assert.Equal("       +----------------------------------+ +----------------------------------+", lines[1]);
        Assert.Equal($" 0.0 s |   ...:::---===+++***###%%%@@@    | |{empty}|", lines[2]);
        Assert.Equal($"       |   ...:::---===+++***###%%%@@@    | |{empty}|", lines[3]);
        Assert.Equal($" 4.0 s |   ...:::---===+++***###%%%@@@    | |{empty}|", lines[10]);
        Assert.Equal($"       |{empty}| |@@@%%%###***+++===---:::...       |", lines[12]);
        Assert.Equal($"       |{empty}| |@@@%%%###***+++===---:::...       |", lines[21]);
        Assert.Equal("        addresses, 136 MiB -------------->   addresses, 136 MiB -------------->", lines[22]);
        Assert.Equal("        samples that found it accessed:  0 %  ..::--==+++**##%%@@@ 100 %", lines[24]);
    }

    [Theory]
    [InlineData(nameof(ColorDepth.None))]
    [InlineData(nameof(ColorDepth.Indexed))]
    [InlineData(nameof(ColorDepth.True))]
    public void A_pair_of_heatmaps_fits_80_columns_and_resets_its_colours(string depth)
    {
        ColorDepth colors = Enum.Parse<ColorDepth>(depth);
        int rows = new HeatmapPairView(colors).NrRows;
        HeatMeans grid = new(rows, HeatmapPairView.NrColumns);
        grid.Add(0, 1, 0, 0.5, 0.3);
        foreach (string line in Render(colors, grid, grid))
        {
            Assert.InRange(Escape().Replace(line, "").Length, 0, 80);
            Assert.Equal(colors == ColorDepth.None, !line.Contains('\u001b') && colors == ColorDepth.None);
            if (line.Contains('\u001b'))
            {
                Assert.EndsWith("\u001b[0m", line[..(line.LastIndexOf('m') + 1)], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_coloured_line_holds_two_rows()
    {
        HeatMeans grid = new(HeatmapPairView.NrLines * 2, HeatmapPairView.NrColumns);
        grid.Add(0, 1.0 / 40, 0, 1, 1);
        grid.Add(1.0 / 40, 2.0 / 40, 0, 1, 0);
        string line = Render(ColorDepth.Indexed, grid, grid)[1];
        Assert.Contains("\u001b[38;5;229;48;5;234m\u2580", line, StringComparison.Ordinal);
        Assert.Contains("\u001b[38;2;255;245;165;48;2;24;24;40m\u2580", Render(ColorDepth.True, grid, grid)[1], StringComparison.Ordinal);
    }

    static string[] Render(ColorDepth colors, HeatMeans left, HeatMeans right)
    {
        StringWriter output = new() { NewLine = "\n" };
        new HeatmapPairView(colors).Write(output, "found", left, "truth", right, TimeSpan.FromSeconds(10), Bytes);
        return output.ToString().Split('\n');
    }

    [GeneratedRegex("\u001b\\[[0-9;]*m", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Escape();
}
