using Damon.Linux;
using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Streams;

namespace Programming;

static class Records
{
    internal static void Run(string path)
    {
        #region record
        using (ProcessMonitor monitor = ProcessMonitor.Start(new ProcessMonitorOptions { RecordPath = path }))
        {
            Thread.Sleep(TimeSpan.FromSeconds(2)); // here goes what the program is for
        }

        #endregion
        #region write
        using (IRecordWriter writer = RecordWriters.Create(RecordFormat.Binary, File.Create(path)))
        {
            using ProcessMonitor monitor = ProcessMonitor.Start(snapshot => writer.Write(snapshot));
            Thread.Sleep(TimeSpan.FromSeconds(2));
            monitor.Stop();
            writer.Complete();
        }

        #endregion
        #region read
        using IRecordReader reader = RecordReaders.Open(File.OpenRead(path));
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            Console.WriteLine($"{snapshot.TimeNs / 1_000_000} ms: {snapshot.NrRegions} regions");
        }

        if (reader.Damage is { } damage)
        {
            Console.Error.WriteLine(damage);
        }

        #endregion
    }
}
