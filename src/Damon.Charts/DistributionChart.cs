using Damon.Reports.Distribution;
using SkiaSharp;

namespace Damon.Charts;

/// <summary>A distribution, or a course over the run: a line with points for each target.</summary>
public sealed class DistributionChart : IChart
{
    const int MaxNamed = 8;
    static readonly SKRect s_plot = new(92, 22, 620, 340);
    readonly IReadOnlyList<DistributionSeries> _series;
    readonly string _xTitle;
    readonly string _yTitle;
    readonly bool _isBytes;

    /// <summary>Prepares a picture.</summary>
    /// <param name="series">At least one.</param>
    /// <param name="xTitle">Title of the percentages.</param>
    /// <param name="yTitle">Title of the values.</param>
    /// <param name="isBytes">Whether values are sizes.</param>
    public DistributionChart(IReadOnlyList<DistributionSeries> series, string xTitle, string yTitle, bool isBytes)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (series.Count == 0)
        {
            throw new ArgumentException("There is nothing to draw.", nameof(series));
        }

        _series = series;
        _xTitle = xTitle;
        _yTitle = yTitle;
        _isBytes = isBytes;
    }

    /// <summary>The charts of <c>report wss</c> and <c>report nr_regions</c>.</summary>
    public static DistributionChart Of(IReadOnlyList<TargetDistribution> targets, DistributionOptions options)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(options);
        bool isBytes = options.Kind == DistributionKind.WorkingSetSize;
        return new DistributionChart(
            [.. targets.Select(t => new DistributionSeries($"target {t.TargetId}", [.. t.Percentiles.Select(p => ((double)p.Percentile, (double)p.Value))]))],
            options.SortByTime ? "runtime (percent)" : "percentile",
            isBytes ? "working set size" : "number of regions",
            isBytes);
    }

    /// <inheritdoc/>
    public int Width => 640;

    /// <inheritdoc/>
    public int Height => 390;

    /// <inheritdoc/>
    public void Draw(SKCanvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        using ChartText text = new();
        using SKPaint ink = new() { Color = ChartColors.Ink, Style = SKPaintStyle.Stroke, StrokeWidth = 0.8f, IsAntialias = true };
        using SKPaint grid = new() { Color = ChartColors.Grid, Style = SKPaintStyle.Stroke, StrokeWidth = 0.6f, IsAntialias = true };
        canvas.Clear(ChartColors.Paper);
        double most = Math.Max(_series.SelectMany(s => s.Points).Select(p => p.Value).DefaultIfEmpty(0).Max(), 1) * 1.05;
        foreach ((double value, string label) in _isBytes ? Ticks.Bytes(most, 7) : Ticks.Decimal(most, 7, whole: true))
        {
            float y = Y(value, most);
            canvas.DrawLine(s_plot.Left, y, s_plot.Right, y, grid);
            text.Draw(canvas, label, s_plot.Left - 6, y, SKTextAlign.Right);
        }

        for (int percent = 0; percent <= 100; percent += 10)
        {
            float x = X(percent);
            canvas.DrawLine(x, s_plot.Top, x, s_plot.Bottom, grid);
            text.Draw(canvas, percent.ToString(System.Globalization.CultureInfo.InvariantCulture), x, s_plot.Bottom + 11, SKTextAlign.Center);
        }

        for (int i = 0; i < _series.Count; i++)
        {
            DrawSeries(canvas, _series[i], ChartColors.Lines[i % ChartColors.Lines.Length], most);
        }

        canvas.DrawRect(s_plot, ink);
        text.Draw(canvas, _xTitle, s_plot.MidX, s_plot.Bottom + 34, SKTextAlign.Center);
        text.Draw(canvas, _yTitle, 12, s_plot.MidY, SKTextAlign.Center, upright: true);
        DrawNames(canvas, text);
    }

    static float X(double percent) => s_plot.Left + (float)(percent / 100 * s_plot.Width);

    static float Y(double value, double most) => s_plot.Bottom - (float)(value / most * s_plot.Height);

    static void DrawSeries(SKCanvas canvas, DistributionSeries series, SKColor color, double most)
    {
        using SKPaint line = new() { Color = color, Style = SKPaintStyle.Stroke, StrokeWidth = 1.6f, IsAntialias = true };
        using SKPaint point = new() { Color = color, IsAntialias = true };
        for (int i = 0; i < series.Points.Count; i++)
        {
            (double percent, double value) = series.Points[i];
            SKPoint at = new(X(percent), Y(value, most));
            if (i > 0)
            {
                canvas.DrawLine(new SKPoint(X(series.Points[i - 1].Percent), Y(series.Points[i - 1].Value, most)), at, line);
            }

            canvas.DrawCircle(at, series.Points.Count > 30 ? 1.4f : 2.6f, point);
        }
    }

    /// <summary>Which line is whose, above the plot; a single one needs no name.</summary>
    void DrawNames(SKCanvas canvas, ChartText text)
    {
        float x = s_plot.Left;
        for (int i = 0; _series.Count > 1 && i < _series.Count; i++)
        {
            bool more = i >= MaxNamed || x + text.Width(_series[i].Name) + 30 > s_plot.Right;
            if (more)
            {
                text.Draw(canvas, $"and {_series.Count - i} more", x, s_plot.Top / 2);
                return;
            }

            using SKPaint point = new() { Color = ChartColors.Lines[i % ChartColors.Lines.Length], IsAntialias = true };
            canvas.DrawCircle(x + 4, s_plot.Top / 2, 3, point);
            text.Draw(canvas, _series[i].Name, x + 11, s_plot.Top / 2);
            x += text.Width(_series[i].Name) + 26;
        }
    }
}
