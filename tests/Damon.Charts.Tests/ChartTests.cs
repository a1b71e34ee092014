using Damon.Monitoring;
using Damon.Reports.Heatmap;
using SkiaSharp;

namespace Damon.Charts.Tests;

public sealed class ChartTests
{
    const int Rows = 4;
    const int Columns = 4;

    /// <summary>Cold, but for one cell that is hot and one column of which nothing is known.</summary>
    static HeatmapModel Model(double hot = 100)
    {
        HeatmapModel model = new(new HeatmapGrid(0, 4_000_000_000, new AddressRange(0x7f0000000000, 0x7f0000400000), Rows, Columns));
        for (int i = 0; i < Rows; i++)
        {
            model.Add(i * 1_000_000_000L, (i + 1) * 1_000_000_000L,
            [
                new SnapshotRegion(0x7f0000000000, 0x7f0000100000, i == 1 ? (uint)hot : 0, 0),
                new SnapshotRegion(0x7f0000100000, 0x7f0000300000, 0, 0),
            ]);
        }

        return model;
    }

    static SKColor Pixel(SKBitmap bitmap, float x, float y) => bitmap.GetPixel((int)(x * Picture.PixelsPerPoint), (int)(y * Picture.PixelsPerPoint));

    static SKColor Cell(SKBitmap bitmap, SKRect plot, int row, int column) =>
        Pixel(bitmap, plot.Left + (plot.Width * (row + 0.5f) / Rows), plot.Bottom - (plot.Height * (column + 0.5f) / Columns));

    static void Near(SKColor expected, SKColor actual) =>
        Assert.True(
            Math.Abs(expected.Red - actual.Red) + Math.Abs(expected.Green - actual.Green) + Math.Abs(expected.Blue - actual.Blue) <= 9,
            $"{actual} is not {expected}");

    /// <summary>Number of dark pixels in a rectangle given in points.</summary>
    static int Ink(SKBitmap bitmap, float left, float top, float right, float bottom)
    {
        int ink = 0;
        for (int y = (int)(top * Picture.PixelsPerPoint); y < (int)(bottom * Picture.PixelsPerPoint); y++)
        {
            for (int x = (int)(left * Picture.PixelsPerPoint); x < (int)(right * Picture.PixelsPerPoint); x++)
            {
                SKColor color = bitmap.GetPixel(x, y);
                ink += color.Red + color.Green + color.Blue < 300 ? 1 : 0;
            }
        }

        return ink;
    }

    [Fact]
    public void Cells_have_the_colour_of_their_heat_and_cells_without_data_a_colour_off_the_scale()
    {
        HeatmapChart chart = new([new HeatmapPanel(Model(), [])], "accesses/s");
        using SKBitmap bitmap = Picture.Rasterize(chart);
        SKRect plot = chart.PlotOf(0);
        Near(ChartColors.Heat[^1], Cell(bitmap, plot, 1, 0));
        Near(ChartColors.Heat[0], Cell(bitmap, plot, 0, 0));
        Near(ChartColors.Heat[0], Cell(bitmap, plot, 1, 2));
        Near(ChartColors.NoData, Cell(bitmap, plot, 2, 3));
        Assert.All(
            ChartColors.Heat,
            c =>
                Assert.True(
                    Math.Abs(c.Red - ChartColors.NoData.Red) + Math.Abs(c.Green - ChartColors.NoData.Green) + Math.Abs(c.Blue - ChartColors.NoData.Blue) > 40));
    }

    [Fact]
    public void All_labels_have_ink()
    {
        HeatmapName[] names = [new(new AddressRange(0x7f0000000000, 0x7f0000200000), "libexample.so.6")];
        HeatmapChart chart = new([new HeatmapPanel(Model(), names), new HeatmapPanel(Model(), [])], "accesses/s", "target 42");
        using SKBitmap bitmap = Picture.Rasterize(chart);
        SKRect low = chart.PlotOf(0);
        SKRect high = chart.PlotOf(1);
        Assert.InRange(Ink(bitmap, low.Left, 2, low.Right, high.Top - 4), 100, 2000);
        foreach (SKRect plot in (SKRect[])[low, high])
        {
            Assert.InRange(Ink(bitmap, 20, plot.Top, plot.Left - 6, plot.Bottom), 300, 6000);
            Assert.InRange(Ink(bitmap, 2, plot.Top, 18, plot.Bottom), 150, 3000);
        }

        Assert.InRange(Ink(bitmap, low.Left - 20, low.Bottom + 6, low.Right, low.Bottom + 22), 40, 2000);
        Assert.InRange(Ink(bitmap, low.Left, low.Bottom + 24, low.Right, chart.Height), 150, 2000);
        Assert.InRange(Ink(bitmap, low.Right + 8, low.Top, low.Right + 104, low.Bottom), 150, 2000);
        Assert.Equal(0, Ink(bitmap, high.Right + 8, high.Top + 1, high.Right + 104, high.Bottom - 1));
        Assert.InRange(Ink(bitmap, chart.Width - 16, high.Top, chart.Width, low.Bottom), 80, 2000);
    }

    [Fact]
    public void Lightness_rises_evenly()
    {
        double[] lightness = [.. ChartColors.Heat.Select(Lightness)];
        double step = (lightness[^1] - lightness[0]) / (lightness.Length - 1);
        Assert.True(lightness[0] > 0.2);
        Assert.All(lightness.Zip(lightness.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, step - 0.004, step + 0.004));
    }

    [Fact]
    public void The_scale_is_chosen_by_the_data()
    {
        HeatmapModel Spread(params uint[] heats)
        {
            HeatmapModel model = new(new HeatmapGrid(0, 100, new AddressRange(0, (ulong)heats.Length), 1, heats.Length));
            model.Add(0, 100, [.. heats.Select((heat, i) => new SnapshotRegion((ulong)i, (ulong)i + 1, heat, 0))]);
            return model;
        }

        Assert.Null(HeatScale.Of([Spread(10, 12, 20, 18)]).Remark);
        Assert.Equal(new HeatScale(100, true, false), HeatScale.Of([Spread(0, 5, 6, 7, 100, 90)]));
        Assert.Equal(
            "square root scale, hottest 1 % clipped",
            HeatScale.Of([Spread([.. Enumerable.Range(0, 200).Select(i => i == 7 ? 9000u : i < 20 ? 100u : 3u)])]).Remark);
        Assert.Equal(0.5, new HeatScale(100, true, false).Place(25));
        Assert.Equal(new HeatScale(1, false, false), HeatScale.Of([Spread(0, 0)]));
    }

    [Fact]
    public void Ticks_of_an_axis_are_round_numbers()
    {
        Assert.Equal(["0.0", "0.2", "0.4", "0.6", "0.8"], Ticks.Decimal(0.85, 8).Select(t => t.Text));
        Assert.Equal(["0", "50", "100"], Ticks.Decimal(120, 4).Select(t => t.Text));
        Assert.Equal(["0", "1"], Ticks.Decimal(1.05, 7, whole: true).Select(t => t.Text));
        Assert.Equal(["0", "20 MiB", "40 MiB", "60 MiB"], Ticks.Bytes(64 << 20, 4).Select(t => t.Text));
        Assert.Equal([0x2000UL, 0x3000, 0x4000, 0x5000], Ticks.Addresses(0x1001, 0x5000, 3));
        Assert.NotEmpty(Ticks.Addresses(0, ulong.MaxValue, 8));
    }

    [Theory]
    [InlineData(PictureFormat.Png, 10_000, 300_000)]
    [InlineData(PictureFormat.Jpeg, 10_000, 400_000)]
    [InlineData(PictureFormat.Svg, 10_000, 600_000)]
    [InlineData(PictureFormat.Pdf, 5_000, 200_000)]
    public void Every_format_is_written_and_small(PictureFormat format, int least, int most)
    {
        using MemoryStream output = new();
        Picture.Write(new HeatmapChart([new HeatmapPanel(Model(), [])], "accesses/s"), format, output);
        Assert.InRange(output.Length, least, most);
        if (format is PictureFormat.Png or PictureFormat.Jpeg)
        {
            using SKBitmap bitmap = SKBitmap.Decode(output.ToArray());
            Assert.Equal((1720, 864), (bitmap.Width, bitmap.Height));
        }
    }

    [Fact]
    public void Ten_targets_have_a_colour_and_a_whole_name_each()
    {
        Assert.Equal(10, ChartColors.Lines.Distinct().Count());
        Assert.All(
            ChartColors.Lines.Zip(ChartColors.Lines.Skip(1)),
            pair => Assert.True(Math.Abs(Lightness(pair.First) - Lightness(pair.Second)) > 0.03, $"{pair}"));
        DistributionSeries[] ten = [.. Enumerable.Range(0, 10)
            .Select(i => new DistributionSeries($"postgres-worker (pid {12340 + i})", [(0, i), (100, i + 1)]))];
        DistributionChart one = new([ten[0]], "percentile", "working set size", isBytes: true);
        DistributionChart all = new(ten, "percentile", "working set size", isBytes: true);
        Assert.Equal(390, one.Height);
        Assert.InRange(all.Height, 391, 390 + (4 * 15));
        using SKBitmap bitmap = Picture.Rasterize(all);
        Assert.InRange(Ink(bitmap, 92, 0, 620, all.Height - 372), 2500, 30_000);

        // Not a name runs out of the picture, and each line has its colour beside its name.
        Assert.Equal(0, Ink(bitmap, 622, 0, 640, all.Height - 372));
        foreach (SKColor color in ChartColors.Lines)
        {
            Assert.Contains(
                Enumerable.Range(0, (all.Height - 370) * Picture.PixelsPerPoint),
                y => Enumerable.Range(0, bitmap.Width).Any(x => bitmap.GetPixel(x, y) == color));
        }
    }

    [Fact]
    public void More_targets_than_colours_are_dashed_and_those_without_room_counted()
    {
        DistributionSeries[] many = [.. Enumerable.Range(0, 40).Select(i => new DistributionSeries($"postgres-worker (pid {12340 + i})", [(0, i), (100, i)]))];
        DistributionChart chart = new(many, "percentile", "number of regions", isBytes: false);
        Assert.Equal(390 + (4 * 15), chart.Height);
        using SKBitmap bitmap = Picture.Rasterize(chart);
        float Y(int value) => 22 + 60 + 318 - (float)(value / (39 * 1.05) * 318);
        int Of(int series) => Enumerable.Range(100 * 2, 1000).Count(x => bitmap.GetPixel(x, (int)(Y(series) * 2)) == ChartColors.Lines[series % 10]);
        Assert.True(Of(3) > 900);
        Assert.InRange(Of(13), 300, 900);
    }

    [Fact]
    public void A_distribution_goes_through_its_points()
    {
        DistributionChart chart = new(
            [new DistributionSeries("target 1", [(0, 0), (50, 50 << 20), (100, 100 << 20)])],
            "percentile",
            "working set size",
            isBytes: true);
        using SKBitmap bitmap = Picture.Rasterize(chart);
        Near(ChartColors.Lines[0], Pixel(bitmap, 92 + (528 / 2f), 340 - (318 / 1.05f / 2)));
        Assert.InRange(Ink(bitmap, 22, 20, 88, 345), 300, 6000);
        Assert.InRange(Ink(bitmap, 90, 345, 640, 362), 150, 3000);
        Assert.InRange(Ink(bitmap, 90, 365, 640, 390), 100, 3000);
    }

    /// <summary>Lightness of a colour as it looks, 0 to 1.</summary>
    static double Lightness(SKColor color)
    {
        double r = Linear(color.Red);
        double g = Linear(color.Green);
        double b = Linear(color.Blue);
        double l = Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b));
        double m = Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b));
        double s = Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b));
        return (0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s);

        static double Linear(byte value)
        {
            double part = value / 255.0;
            return part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
        }
    }
}
