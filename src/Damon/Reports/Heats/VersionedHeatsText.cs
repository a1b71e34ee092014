namespace Damon.Reports.Heats;

/// <summary>Writes heats as the tool's versions 0.0.1 to 2.4 did: time, address and heat of each cell. Call <see cref="Flush"/> at the end.</summary>
sealed class VersionedHeatsText : IHeatsRows
{
    readonly ReportBuffer _text;
    readonly ulong _addressUnit;
    readonly long _firstNs;
    readonly ulong _firstAddress;
    readonly bool _isOld;

    /// <summary>Starts the text.</summary>
    /// <param name="grid">The grid of the report.</param>
    /// <param name="style">The version; before 1.7.9 heats have 12 digits at most.</param>
    /// <param name="absoluteTimes">Whether times do not count from the start of the grid.</param>
    /// <param name="absoluteAddresses">Whether addresses do not count from the start of the grid.</param>
    /// <param name="output">Takes ASCII; stays open.</param>
    public VersionedHeatsText(HeatsGrid grid, ToolStyle style, bool absoluteTimes, bool absoluteAddresses, Stream output)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(style);
        ArgumentNullException.ThrowIfNull(output);
        _addressUnit = grid.AddressUnit;
        _firstNs = absoluteTimes ? grid.StartNs : 0;
        _firstAddress = absoluteAddresses ? grid.StartAddress : 0;
        _isOld = !style.Since(1, 7, 9);
        _text = new ReportBuffer(output);
    }

    /// <inheritdoc/>
    public void Add(long timeNs, ReadOnlySpan<double> heats)
    {
        for (int i = 0; i < heats.Length; i++)
        {
            _text.Number(_firstNs + timeNs);
            _text.Text("\t"u8);
            _text.Number(_firstAddress + ((ulong)i * _addressUnit));
            _text.Text("\t"u8);
            if (_isOld)
            {
                _text.Text(PythonDouble.ToOldText(heats[i]));
            }
            else
            {
                _text.Number(heats[i]);
            }

            _text.Text("\n"u8);
        }
    }

    /// <summary>Hands what is still buffered to the stream.</summary>
    public void Flush() => _text.Flush();
}
