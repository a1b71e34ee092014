using Damon.Bench;

namespace Damo.Tests.Bench;

/// <summary>Reading what a bench of another commit printed.</summary>
public sealed class BenchFigureTests
{
    [Fact]
    public void The_first_figure_of_each_line_is_read_with_its_unit()
    {
        string[] lines =
        [
            "Some CPU, 2 CPUs; load 1.00 at 2026-11-29 10:00 UTC.",
            "",
            "| 10 regions x 30 snapshots, 5 rounds | CPU ms: median (least..most) | as the first |",
            "|---|---|---|",
            "| loop | 12.50 (11.00..14.25) | 1 |",
            "| wss | 0.75 (0.50..1.00) | 0.06 |",
            "| unknown | - | - |",
            "",
            "| pages | us |",
            "|---|---|",
            "| loop | 3 |",
        ];
        Assert.Equal(
            [new BenchFigure("loop", 0, "CPU ms", 12.5), new BenchFigure("wss", 0, "CPU ms", 0.75), new BenchFigure("loop", 1, "us", 3)],
            BenchFigure.Of(lines));
    }

    [Fact]
    public void Text_without_a_table_has_no_figure() => Assert.Empty(BenchFigure.Of(["wss 12 ms", "| no end"]));

    [Fact]
    public void A_line_is_known_again_by_its_name_and_place_and_not_by_its_value()
    {
        BenchFigure figure = new("wss", 1, "CPU ms", 2);
        Assert.True(figure.IsSame(new BenchFigure("wss", 1, "CPU ms", 3)));
        Assert.False(figure.IsSame(new BenchFigure("wss", 0, "CPU ms", 2)));
        Assert.False(figure.IsSame(new BenchFigure("raw", 1, "CPU ms", 2)));
    }
}
