namespace Damon.Reports.Heats;

/// <summary>Writes a heats report as the first tool did, to the byte: time, address and heat of each cell. Call <see cref="Flush"/> at the end.</summary>
sealed class HeatsText : IHeatsRows
{
    readonly ReportBuffer _text;
    readonly ulong _addressUnit;

    /// <summary>Starts the text.</summary>
    /// <param name="grid">The grid of the report.</param>
    /// <param name="output">Takes ASCII; stays open.</param>
    public HeatsText(HeatsGrid grid, Stream output)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(output);
        _addressUnit = grid.AddressUnit;
        _text = new ReportBuffer(output);
    }

    /// <inheritdoc/>
    public void Add(long timeNs, ReadOnlySpan<double> heats) => Write(_text, timeNs, heats, _addressUnit, "\t"u8);

    /// <summary>Hands what is still buffered to the stream.</summary>
    public void Flush() => _text.Flush();

    internal static void Write(ReportBuffer text, long timeNs, ReadOnlySpan<double> heats, ulong addressUnit, ReadOnlySpan<byte> separator)
    {
        for (int i = 0; i < heats.Length; i++)
        {
            text.Number(timeNs);
            text.Text(separator);
            text.Number((ulong)i * addressUnit);
            text.Text(separator);
            text.Number(heats[i]);
            text.Text("\n"u8);
        }
    }
}
