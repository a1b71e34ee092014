namespace Damon.Reports.Heats;

/// <summary>Writes a heats report as CSV: a line per cell, under a line of names. Call <see cref="Flush"/> at the end.</summary>
sealed class HeatsCsv : IHeatsRows
{
    readonly ReportBuffer _text;
    readonly ulong _addressUnit;

    /// <summary>Starts the text.</summary>
    /// <param name="grid">The grid of the report.</param>
    /// <param name="output">Takes ASCII; stays open.</param>
    public HeatsCsv(HeatsGrid grid, Stream output)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(output);
        _addressUnit = grid.AddressUnit;
        _text = new ReportBuffer(output);
        _text.Text("time_ns,address,heat\n"u8);
    }

    /// <inheritdoc/>
    public void Add(long timeNs, ReadOnlySpan<double> heats) => HeatsText.Write(_text, timeNs, heats, _addressUnit, ","u8);

    /// <summary>Hands what is still buffered to the stream.</summary>
    public void Flush() => _text.Flush();
}
