using Damon.Monitoring;
using Damon.Records;
using Damon.Records.Sidecar;
using Damon.Schemes;

namespace Damo.Recording;

/// <summary>Writes down which regions each scheme tried.</summary>
sealed class TriedRecorder(RecordFile record) : ISchemeObserver
{
    readonly List<RecordTriedRegion> _regions = [];

    public void OnTried(MonitoringContext context, int schemeIndex, Target target, in Region region, SchemeOutcome outcome) =>
        _regions.Add(new RecordTriedRegion
        {
            TargetId = target.Id,
            Start = region.Start,
            End = region.End,
            NrAccesses = (uint)Math.Min(region.NrAccessesBp / 10_000, uint.MaxValue),
            Age = region.Age,
            Applied = outcome.Applied,
            FilterPassed = outcome.FilterPassed,
        });

    public void OnPassEnd(MonitoringContext context, int schemeIndex, long nowNs)
    {
        if (_regions.Count > 0)
        {
            record.WriteTried(new RecordTried { Scheme = schemeIndex, TimeNs = nowNs, Regions = _regions });
            _regions.Clear();
        }
    }
}
