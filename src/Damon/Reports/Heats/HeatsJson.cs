using System.Globalization;
using System.Text;

namespace Damon.Reports.Heats;

/// <summary>Writes a heats report as JSON: the grid, and an array of heats for each row. Call <see cref="Finish"/> at the end.</summary>
sealed class HeatsJson : IHeatsRows
{
    readonly ReportBuffer _text;
    bool _any;

    /// <summary>Starts the text.</summary>
    /// <param name="grid">The grid of the report.</param>
    /// <param name="output">Takes ASCII; stays open.</param>
    /// <param name="granularity">What an access was known of where that is more than a page, such as <c>mapping</c>: a member then. Null for none.</param>
    public HeatsJson(HeatsGrid grid, Stream output, string? granularity = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(output);
        _text = new ReportBuffer(output);
        _text.Text("{\"report\": \"heats\""u8);
        Member("target_id", grid.TargetId);
        Member("start_ns", grid.StartNs);
        Member("end_ns", grid.EndNs);
        Member("start_address", grid.StartAddress);
        Member("end_address", grid.EndAddress);
        Member("time_unit_ns", grid.TimeUnit);
        Member("address_unit", grid.AddressUnit);
        Member("address_cells", grid.AddressCells);
        if (granularity is not null)
        {
            _text.Text(Encoding.ASCII.GetBytes($",\n\"granularity\": \"{granularity}\""));
        }

        _text.Text(",\n\"rows\": ["u8);
    }

    /// <inheritdoc/>
    public void Add(long timeNs, ReadOnlySpan<double> heats)
    {
        _text.Text(_any ? ",\n{\"time_ns\": "u8 : "\n{\"time_ns\": "u8);
        _any = true;
        _text.Number(timeNs);
        for (int i = 0; i < heats.Length; i++)
        {
            _text.Text(i == 0 ? ", \"heats\": ["u8 : ", "u8);
            _text.Number(heats[i]);
        }

        _text.Text("]}"u8);
    }

    /// <summary>Ends the object and hands what is still buffered to the stream.</summary>
    public void Finish()
    {
        _text.Text("\n]}\n"u8);
        _text.Flush();
    }

    void Member(string name, Int128 value) =>
        _text.Text(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\n\"{name}\": {value}")));
}
