using System.Globalization;
using System.Text;
using Damon.Monitoring;
using Damon.Records.Streams;

namespace Damon.Tests.Records;

/// <summary>Snapshots as short text, so that a table can say what is expected.</summary>
static class SnapshotText
{
    public static string Of(Snapshot snapshot)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{snapshot.TimeNs}");
        for (int i = 0; i < snapshot.NrTargets; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $" [{snapshot[i].Id}");
            foreach (SnapshotRegion region in snapshot[i].Regions)
            {
                text.Append(CultureInfo.InvariantCulture, $" {region.Start:x}-{region.End:x}:{region.NrAccesses}");
                if (region.Age != SnapshotRegion.UnknownAge)
                {
                    text.Append(CultureInfo.InvariantCulture, $"/{region.Age}");
                }
            }

            text.Append(']');
        }

        return text.ToString();
    }

    public static List<string> Of(IRecordReader reader)
    {
        List<string> all = [];
        Snapshot snapshot = new();
        while (reader.Read(snapshot))
        {
            all.Add(Of(snapshot));
        }

        Assert.Equal(0, snapshot.NrTargets);
        Assert.False(reader.Read(snapshot));
        return all;
    }
}
