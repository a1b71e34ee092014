using Damon.Monitoring;
using Damon.Numbers;
using Damon.Reports.Heatmap;
using SkiaSharp;

namespace Damon.Charts;

/// <summary>A heatmap: time to the right, addresses upwards, a panel for each area, all of one scale.</summary>
public sealed class HeatmapChart : IChart
{
    const float Left = 118;
    const float LegendWidth = 86;
    const float Top = 26;
    const float Bottom = 46;
    const float PanelGap = 24;
    const float NamesWidth = 104;
    const float BarWidth = 14;
    const float TickLength = 4;
    const float PixelsPerTick = 70;

    readonly IReadOnlyList<HeatmapPanel> _panels;
    readonly string _unit;
    readonly string? _title;
    readonly float _panelHeight;
    readonly float _right;

    /// <summary>Prepares a picture.</summary>
    /// <param name="panels">At least one, all of the same times; the first becomes the lowest.</param>
    /// <param name="unit">What heats are, such as <c>accesses/s</c>.</param>
    /// <param name="title">Stands above; may be null.</param>
    public HeatmapChart(IReadOnlyList<HeatmapPanel> panels, string unit, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(panels);
        if (panels.Count == 0)
        {
            throw new ArgumentException("There is nothing to draw.", nameof(panels));
        }

        _panels = panels;
        _unit = unit;
        _title = title;

        // Without names there is more room for the cells.
        _right = LegendWidth + (panels.Any(p => p.Names.Any(n => n.Addresses.Intersects(p.Model.Grid.Addresses))) ? NamesWidth : 0);
        _panelHeight = panels.Count == 1 ? 360 : 190;
        Scale = HeatScale.Of(panels.Select(p => p.Model));
        Height = (int)(Top + Bottom + (panels.Count * _panelHeight) + ((panels.Count - 1) * PanelGap));
    }

    /// <summary>The scale of the colours.</summary>
    public HeatScale Scale { get; }

    /// <inheritdoc/>
    public int Width => 860;

    /// <inheritdoc/>
    public int Height { get; }

    /// <summary>Where the cells of a panel are, in points.</summary>
    internal SKRect PlotOf(int panel) =>
        SKRect.Create(Left, Top + ((_panels.Count - 1 - panel) * (_panelHeight + PanelGap)), Width - Left - _right, _panelHeight);

    /// <inheritdoc/>
    public void Draw(SKCanvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        using ChartText text = new();
        using SKPaint ink = new() { Color = ChartColors.Ink, Style = SKPaintStyle.Stroke, StrokeWidth = 0.8f, IsAntialias = true };
        canvas.Clear(ChartColors.Paper);
        if (_title is not null)
        {
            text.Draw(canvas, text.Fit(_title, Width - Left - 10), Left, Top / 2);
        }

        for (int i = 0; i < _panels.Count; i++)
        {
            SKRect plot = PlotOf(i);
            DrawCells(canvas, _panels[i].Model, plot);
            canvas.DrawRect(plot, ink);
            DrawAddresses(canvas, text, ink, _panels[i].Model.Grid.Addresses, plot);
            DrawNames(canvas, text, ink, _panels[i], plot);
        }

        DrawTimes(canvas, text, ink, _panels[0].Model.Grid);
        DrawLegend(canvas, text, ink);
    }

    static float HeightOf(ulong address, AddressRange all, SKRect plot) => plot.Bottom - (float)((double)(address - all.Start) / all.Size * plot.Height);

    void DrawCells(SKCanvas canvas, HeatmapModel model, SKRect plot)
    {
        HeatmapGrid grid = model.Grid;
        SKColor[] pixels = new SKColor[grid.TimeCells * grid.AddressCells];
        for (int column = 0; column < grid.AddressCells; column++)
        {
            for (int row = 0; row < grid.TimeCells; row++)
            {
                double heat = model.Mean(row, column);
                pixels[((grid.AddressCells - 1 - column) * grid.TimeCells) + row] =
                    double.IsNaN(heat) ? ChartColors.NoData : ChartColors.Heat[(int)Math.Round(Scale.Place(heat) * (ChartColors.Heat.Length - 1))];
            }
        }

        using SKBitmap bitmap = new(grid.TimeCells, grid.AddressCells, SKColorType.Rgba8888, SKAlphaType.Opaque) { Pixels = pixels };
        using SKImage image = SKImage.FromBitmap(bitmap);

        // More cells than pixels: mean colours rather than chance.
        bool fine = grid.TimeCells > plot.Width * Picture.PixelsPerPoint || grid.AddressCells > plot.Height * Picture.PixelsPerPoint;
        canvas.DrawImage(image, plot, fine ? new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear) : new SKSamplingOptions(SKFilterMode.Nearest));
    }

    static void DrawAddresses(SKCanvas canvas, ChartText text, SKPaint ink, AddressRange all, SKRect plot)
    {
        int most = Math.Max((int)(plot.Height / 45), 2);
        foreach (ulong address in Ticks.Addresses(all.Start, all.End, most))
        {
            float y = HeightOf(address, all, plot);
            canvas.DrawLine(plot.Left - TickLength, y, plot.Left, y, ink);
            text.Draw(canvas, $"0x{address:x}", plot.Left - TickLength - 3, y, SKTextAlign.Right);
        }

        text.Draw(canvas, $"address ({SizeText.Format(all.Size)})", 10, plot.MidY, SKTextAlign.Center, upright: true);
    }

    /// <summary>Names of the largest mappings beside the plot; one that would overlap another, or is thinner than a hair, is left out.</summary>
    static void DrawNames(SKCanvas canvas, ChartText text, SKPaint ink, HeatmapPanel panel, SKRect plot)
    {
        const float LineHeight = ChartText.Size + 2;
        const float Thinnest = 0.7f;
        AddressRange all = panel.Model.Grid.Addresses;
        List<float> taken = [];
        foreach (HeatmapName name in panel.Names.OrderByDescending(n => n.Addresses.Size))
        {
            ulong start = Math.Max(name.Addresses.Start, all.Start);
            ulong end = Math.Min(name.Addresses.End, all.End);
            if (start >= end)
            {
                continue;
            }

            float low = HeightOf(start, all, plot);
            float high = HeightOf(end, all, plot);
            float middle = Math.Clamp((low + high) / 2, plot.Top + (LineHeight / 2), plot.Bottom - (LineHeight / 2));
            if (low - high < Thinnest || taken.Exists(t => Math.Abs(t - middle) < LineHeight))
            {
                continue;
            }

            taken.Add(middle);
            float x = plot.Right + 4;
            canvas.DrawLine(x, high + 0.5f, x, low - 0.5f, ink);
            text.Draw(canvas, text.Fit(name.Name, NamesWidth - 10), x + 4, middle);
        }
    }

    void DrawTimes(SKCanvas canvas, ChartText text, SKPaint ink, HeatmapGrid grid)
    {
        SKRect lowest = PlotOf(0);
        double seconds = ((double)grid.EndNs - grid.StartNs) / 1e9;
        (double factor, string unit) = seconds >= 0.5 ? (1.0, "s") : seconds >= 0.5e-3 ? (1e3, "ms") : seconds >= 0.5e-6 ? (1e6, "us") : (1e9, "ns");
        double end = seconds * factor;
        foreach ((double value, string label) in Ticks.Decimal(end, (int)(lowest.Width / PixelsPerTick)))
        {
            float x = lowest.Left + (float)(value / end * lowest.Width);
            for (int i = 0; i < _panels.Count; i++)
            {
                SKRect plot = PlotOf(i);
                canvas.DrawLine(x, plot.Bottom, x, plot.Bottom + TickLength, ink);
            }

            text.Draw(canvas, label, x, lowest.Bottom + TickLength + 8, SKTextAlign.Center);
        }

        text.Draw(canvas, $"time from start ({unit})", lowest.MidX, lowest.Bottom + 32, SKTextAlign.Center);
    }

    void DrawLegend(SKCanvas canvas, ChartText text, SKPaint ink)
    {
        SKRect top = PlotOf(_panels.Count - 1);
        float height = Math.Min(PlotOf(0).Bottom - Top, 340) - 30;
        SKRect bar = SKRect.Create(Width - LegendWidth + 10, top.Top, BarWidth, height);
        using SKPaint fill = new() { IsAntialias = false };
        int steps = ChartColors.Heat.Length;
        for (int i = 0; i < steps; i++)
        {
            fill.Color = ChartColors.Heat[i];
            float y = bar.Bottom - ((i + 1) * bar.Height / steps);

            // A little higher than its share: no gaps between them in vector graphics.
            canvas.DrawRect(bar.Left, y, bar.Width, Math.Min((bar.Height / steps) + 0.5f, bar.Bottom - y), fill);
        }

        canvas.DrawRect(bar, ink);
        float above = float.PositiveInfinity;
        foreach ((double value, string label) in Ticks.Decimal(Scale.Top, 6))
        {
            float y = bar.Bottom - (float)(Scale.Place(value) * bar.Height);
            if (above - y < ChartText.Size + 1)
            {
                continue;
            }

            above = y;
            canvas.DrawLine(bar.Right, y, bar.Right + TickLength, y, ink);
            text.Draw(canvas, label, bar.Right + TickLength + 3, y);
        }

        string caption = Scale.Remark is { } remark ? $"{_unit} ({remark})" : _unit;
        text.Draw(
            canvas,
            text.Fit(caption, bar.Height + 60),
            Width - 9,
            Math.Max(bar.MidY, Top + (text.Width(caption) / 2)),
            SKTextAlign.Center,
            upright: true);
        fill.Color = ChartColors.NoData;
        SKRect swatch = SKRect.Create(bar.Left, bar.Bottom + 14, BarWidth, 12);
        canvas.DrawRect(swatch, fill);
        canvas.DrawRect(swatch, ink);
        text.Draw(canvas, "no data", swatch.Right + 4, swatch.MidY);
    }
}
