using System.Diagnostics.Metrics;
using System.Globalization;
using Damon.Diagnostics;

namespace Damon.Tests.Diagnostics;

/// <summary>Listens to the runs of one name, while other tests have others.</summary>
sealed class MeterReading : IDisposable
{
    readonly MeterListener _listener = new();
    readonly string _context;
    readonly Lock _gate = new();
    readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    public MeterReading(string context)
    {
        _context = context;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == KdamondTelemetry.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value.ToString(CultureInfo.InvariantCulture), tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value.ToString(CultureInfo.InvariantCulture), tags));
        _listener.Start();
    }

    /// <summary>The values now, by the name of the instrument and its attributes but that of the context.</summary>
    public IReadOnlyDictionary<string, string> Read()
    {
        lock (_gate)
        {
            _values.Clear();
            _listener.RecordObservableInstruments();
            return new Dictionary<string, string>(_values, StringComparer.Ordinal);
        }
    }

    public void Dispose() => _listener.Dispose();

    void Take(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string key = instrument.Name;
        bool isOurs = false;
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            isOurs |= tag.Key == "damon.context" && _context.Equals(tag.Value);
            key += tag.Key == "damon.context" ? "" : $" {tag.Key}={tag.Value}";
        }

        if (isOurs)
        {
            _values.Add(key, $"{value} {instrument.Unit}");
        }
    }
}
