using System.Diagnostics.Metrics;
using Damon.Diagnostics;
using Damon.Linux;

namespace Programming;

static class Meters
{
    internal static void Run()
    {
        using Workload workload = new();
        #region meters
        using MeterListener listener = new()
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == KdamondTelemetry.Name)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(static (instrument, value, tags, _) =>
            Console.WriteLine($"{instrument.Name} {value} {instrument.Unit} {string.Join(' ', tags.ToArray())}"));
        using ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions { Name = "my service" });
        listener.Start();
        Thread.Sleep(TimeSpan.FromSeconds(2));
        listener.RecordObservableInstruments();
        #endregion
    }
}
