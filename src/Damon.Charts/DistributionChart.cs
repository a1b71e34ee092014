using Damon.Reports.Distribution;
using SkiaSharp;

namespace Damon.Charts;

/// <summary>A distribution, or a course over the run: a line with points for each target.</summary>
public sealed class DistributionChart : IChart
{
    const int MaxNameRows = 5;
    const float NameRowHeight = 15;
    const float MaxNameWidth = 240;
    const float FirstTop = 22;
    const float PlotHeight = 318;
    const float PlotLeft = 92;
    const float PlotRight = 620;

    readonly IReadOnlyList<DistributionSeries> _series;
    IReadOnlyList<(string Text, float X, int Row, bool IsLine)>? _names;
    SKRect _plot;
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
    /// <param name="targets">At least one.</param>
    /// <param name="options">What they show.</param>
    /// <param name="nameOf">What a target is called; null for its number.</param>
    public static DistributionChart Of(IReadOnlyList<TargetDistribution> targets, DistributionOptions options, Func<Int128, string>? nameOf = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(options);
        bool isBytes = options.Kind == DistributionKind.WorkingSetSize;
        return new DistributionChart(
            [.. targets.Select(t =>
                new DistributionSeries(
                    nameOf?.Invoke(t.TargetId) ?? $"target {t.TargetId}",
                    [.. t.Percentiles.Select(p => ((double)p.Percentile, (double)p.Value))]))],
            options.SortByTime ? "runtime (percent)" : "percentile",
            isBytes ? "working set size" : "number of regions",
            isBytes);
    }

    /// <inheritdoc/>
    public int Width => 640;

    /// <inheritdoc/>
    public int Height
    {
        get
        {
            using ChartText text = new();
            return 390 + ((NameRows(Names(text)) - 1) * (int)NameRowHeight);
        }
    }

    /// <inheritdoc/>
    public void Draw(SKCanvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        using ChartText text = new();
        float top = FirstTop + ((NameRows(Names(text)) - 1) * NameRowHeight);
        _plot = new SKRect(PlotLeft, top, PlotRight, top + PlotHeight);
        using SKPaint ink = new() { Color = ChartColors.Ink, Style = SKPaintStyle.Stroke, StrokeWidth = 0.8f, IsAntialias = true };
        using SKPaint grid = new() { Color = ChartColors.Grid, Style = SKPaintStyle.Stroke, StrokeWidth = 0.6f, IsAntialias = true };
        canvas.Clear(ChartColors.Paper);
        double most = Math.Max(_series.SelectMany(s => s.Points).Select(p => p.Value).DefaultIfEmpty(0).Max(), 1) * 1.05;
        foreach ((double value, string label) in _isBytes ? Ticks.Bytes(most, 7) : Ticks.Decimal(most, 7, whole: true))
        {
            float y = Y(value, most);
            canvas.DrawLine(_plot.Left, y, _plot.Right, y, grid);
            text.Draw(canvas, label, _plot.Left - 6, y, SKTextAlign.Right);
        }

        for (int percent = 0; percent <= 100; percent += 10)
        {
            float x = X(percent);
            canvas.DrawLine(x, _plot.Top, x, _plot.Bottom, grid);
            text.Draw(canvas, percent.ToString(System.Globalization.CultureInfo.InvariantCulture), x, _plot.Bottom + 11, SKTextAlign.Center);
        }

        for (int i = 0; i < _series.Count; i++)
        {
            DrawSeries(canvas, i, most);
        }

        canvas.DrawRect(_plot, ink);
        text.Draw(canvas, _xTitle, _plot.MidX, _plot.Bottom + 34, SKTextAlign.Center);
        text.Draw(canvas, _yTitle, 12, _plot.MidY, SKTextAlign.Center, upright: true);
        DrawNames(canvas, text);
    }

    float X(double percent) => _plot.Left + (float)(percent / 100 * _plot.Width);

    float Y(double value, double most) => _plot.Bottom - (float)(value / most * _plot.Height);

    /// <summary>How a line is drawn: further ones have the colours of the first, with dashes.</summary>
    static SKPaint LineOf(int index)
    {
        float dash = index / ChartColors.Lines.Length;
        return new SKPaint
        {
            Color = ChartColors.Lines[index % ChartColors.Lines.Length],
            Style = SKPaintStyle.Stroke,
            StrokeWidth = 1.6f,
            IsAntialias = true,
            PathEffect = dash > 0 ? SKPathEffect.CreateDash([2 + (2 * dash), 2 + dash], 0) : null,
        };
    }

    void DrawSeries(SKCanvas canvas, int index, double most)
    {
        DistributionSeries series = _series[index];
        SKColor color = ChartColors.Lines[index % ChartColors.Lines.Length];
        using SKPaint line = LineOf(index);
        using SKPathEffect? dashes = line.PathEffect;
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

    static int NameRows(IReadOnlyList<(string Text, float X, int Row, bool IsLine)> names) => names.Count == 0 ? 1 : names[^1].Row + 1;

    /// <summary>Which line is whose, above the plot, in as many rows as it takes; those that find no room are counted.</summary>
    IReadOnlyList<(string Text, float X, int Row, bool IsLine)> Names(ChartText text)
    {
        const float Gap = 28;
        const float Sample = 22;
        if (_names is not null)
        {
            return _names;
        }

        List<(string Text, float X, int Row, bool IsLine)> names = [];
        float x = PlotLeft;
        int row = 0;
        for (int i = 0; i < _series.Count; i++)
        {
            string name = text.Fit(_series[i].Name, MaxNameWidth);
            string rest = $"and {_series.Count - i} more";
            float room = row < MaxNameRows - 1 || i == _series.Count - 1 ? 0 : text.Width(rest) + Gap;
            if (x > PlotLeft && x + Sample + text.Width(name) + room > PlotRight)
            {
                if (row == MaxNameRows - 1)
                {
                    names.Add((rest, x, row, false));
                    break;
                }

                row++;
                x = PlotLeft;
            }

            names.Add((name, x, row, true));
            x += Sample + text.Width(name) + Gap - 10;
        }

        return _names = names;
    }

    void DrawNames(SKCanvas canvas, ChartText text)
    {
        IReadOnlyList<(string Text, float X, int Row, bool IsLine)> names = Names(text);
        for (int i = 0; i < names.Count; i++)
        {
            (string name, float x, int row, bool isLine) = names[i];
            float y = (FirstTop / 2) + (row * NameRowHeight);
            if (isLine)
            {
                using SKPaint line = LineOf(i);
                using SKPathEffect? dashes = line.PathEffect;
                canvas.DrawLine(x, y, x + 16, y, line);
            }

            text.Draw(canvas, name, isLine ? x + 20 : x, y);
        }
    }
}
