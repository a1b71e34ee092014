using System.Diagnostics;
using System.Globalization;
using Damon.Diagnostics;
using Damon.Monitoring;
using Damon.Schemes;
using Damon.Simulation;
using Damon.Tests.Monitoring;
using Damon.Tests.Shared;

namespace Damon.Tests.Diagnostics;

public sealed class KdamondTelemetryTests
{
    const ulong MiB = 1 << 20;

    [Fact]
    public void The_meter_shows_the_last_interval()
    {
        using MeterReading reading = new("figures");
        NoRun run = new("figures", new() { SampleUs = 5_000, AggregationUs = 100_000 });
        Assert.DoesNotContain(reading.Read().Keys, key => key.Contains("size", StringComparison.Ordinal) || key == "damon.regions");

        Snapshot snapshot = new();
        snapshot.Reset(0);
        snapshot.AddTarget(7);
        snapshot.AddRegion(new(0, 1 * MiB, 20, 3)); // hot
        snapshot.AddRegion(new(1 * MiB, 3 * MiB, 10, 3)); // just hot: half of the samples
        snapshot.AddRegion(new(3 * MiB, 7 * MiB, 9, 3)); // just not
        snapshot.AddRegion(new(7 * MiB, 15 * MiB, 0, 9)); // 0.9 s
        snapshot.AddRegion(new(15 * MiB, 31 * MiB, 0, 10)); // 1 s
        snapshot.AddRegion(new(31 * MiB, 63 * MiB, 0, 100)); // 10 s
        snapshot.AddRegion(new(63 * MiB, 127 * MiB, 0, 5_999)); // just under 10 min
        snapshot.AddRegion(new(127 * MiB, 255 * MiB, 0, 6_000));
        snapshot.AddRegion(new(255 * MiB, 511 * MiB, 0, SnapshotRegion.UnknownAge));
        snapshot.AddTarget(8);
        run.Telemetry.OnSnapshot(run.Kdamond.Context, snapshot);

        IReadOnlyDictionary<string, string> values = reading.Read();
        Assert.Equal(Bytes(7), values["damon.working_set.size damon.target.id=7"]);
        Assert.Equal(Bytes(3), values["damon.hot.size damon.target.id=7"]);
        Assert.Equal(Bytes(8 + 256), values["damon.idle.size damon.target.id=7 damon.idle.age=0s-1s"]);
        Assert.Equal(Bytes(16), values["damon.idle.size damon.target.id=7 damon.idle.age=1s-10s"]);
        Assert.Equal(Bytes(32), values["damon.idle.size damon.target.id=7 damon.idle.age=10s-1m"]);
        Assert.Equal(Bytes(64), values["damon.idle.size damon.target.id=7 damon.idle.age=1m-10m"]);
        Assert.Equal(Bytes(128), values["damon.idle.size damon.target.id=7 damon.idle.age=10m-"]);
        Assert.Equal(Bytes(0), values["damon.working_set.size damon.target.id=8"]);
        Assert.Equal("9 {region}", values["damon.regions"]);

        run.Telemetry.BeforeTerminate(run.Kdamond.Context);
        Assert.DoesNotContain(reading.Read().Keys, key => key.Contains("size", StringComparison.Ordinal) || key == "damon.regions");
        run.Telemetry.Dispose();
        Assert.Empty(reading.Read());
    }

    [Fact]
    public void The_meter_counts_what_a_run_and_its_schemes_did()
    {
        using MeterReading reading = new("totals");
        SimulatedRun run = new("map 1G 64M\nphase 10s\n  access 1G 16M always\n");
        SchemeEngine engine = new(run.Simulated, run.Clock);
        engine.Add(new Scheme { Action = SchemeAction.Cold, Pattern = new() { MaxNrAccesses = PatternBound.OfCount(0) } });
        run.Context.Policy = engine;
        using KdamondTelemetry telemetry = new(run.Kdamond, "totals");
        run.Context.Observers.Add(telemetry);
        IReadOnlyDictionary<string, string>? during = null;
        run.Context.Observers.Add(new SnapshotCallback(_ => during = reading.Read()));
        run.Run(snapshots: 20);

        Assert.NotNull(during);
        Assert.Equal("20 {interval}", during["damon.aggregations"]);
        Assert.Equal("400 {sample}", during["damon.samples"]);
        Assert.Equal("0 {tick}", during["damon.missed_ticks"]);
        Assert.True(long.Parse(during["damon.checks"].Split(' ')[0], CultureInfo.InvariantCulture) >= 400 * 10);
        Assert.Equal("0 s", during["damon.cpu.time"]);
        Assert.Equal(during["damon.scheme.tried.size damon.scheme=0 damon.action=cold"], during["damon.scheme.applied.size damon.scheme=0 damon.action=cold"]);
        Assert.NotEqual(Bytes(0), during["damon.scheme.applied.size damon.scheme=0 damon.action=cold"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_is_allocated_per_interval_with_or_without_a_listener(bool isListenedTo)
    {
        using MeterReading? reading = isListenedTo ? new MeterReading("allocation") : null;
        SimulatedRun run = new("map 1G 64M\n");
        SchemeEngine engine = new(run.Simulated, run.Clock);
        engine.Add(new Scheme());
        run.Context.Policy = engine;
        using KdamondTelemetry telemetry = new(run.Kdamond, "allocation");
        Snapshot snapshot = new();
        run.Context.FillSnapshot(snapshot, 0);
        telemetry.BeforeStart(run.Context);
        telemetry.OnSnapshot(run.Context, snapshot);
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                telemetry.OnSnapshot(run.Context, snapshot);
            }
        }));
    }

    [Fact]
    public void A_run_is_one_activity()
    {
        List<Activity> ended = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == KdamondTelemetry.Name,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if ("activity".Equals(activity.GetTagItem("damon.context")))
                {
                    ended.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        SimulatedRun run = new("map 1G 64M\n");
        using Activity parent = new Activity("parent").Start();
        using KdamondTelemetry telemetry = new(run.Kdamond, "activity");
        parent.Stop();
        run.Context.Observers.Add(telemetry);
        int snapshots = 0;
        Activity? within = parent;
        run.Context.Observers.Add(new SnapshotCallback(_ =>
        {
            within = Activity.Current;
            if (++snapshots == 3)
            {
                run.Context.Attributes = run.Context.Attributes with { SampleUs = 10_000, AggregationUs = 200_000 };
            }
        }));
        run.Run(snapshots: 6);

        Activity activity = Assert.Single(ended);
        Assert.Equal(KdamondTelemetry.ActivityName, activity.OperationName);
        Assert.Equal(parent.SpanId, activity.ParentSpanId);
        Assert.Null(within);
        Assert.Equal(5_000UL, activity.GetTagItem("damon.sample_interval_us"));
        Assert.Equal(6L, activity.GetTagItem("damon.aggregations"));
        ActivityEvent change = Assert.Single(activity.Events);
        Assert.Equal("damon.attributes_changed", change.Name);
        Assert.Contains(new KeyValuePair<string, object?>("damon.aggregation_interval_us", 200_000UL), change.Tags);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100.1)]
    [InlineData(double.NaN)]
    public void A_share_that_cannot_be_is_refused(double hotPercent) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new KdamondTelemetry(new NoRun("refused", new()).Kdamond, "refused", hotPercent));

    static string Bytes(ulong mib) => $"{mib * MiB} By";

    sealed class NoRun
    {
        public NoRun(string name, MonitoringAttributes attributes)
        {
            Kdamond = new Kdamond(new MonitoringContext(new NoOperations()) { Attributes = attributes }, new SimulatedClock());
            Telemetry = new KdamondTelemetry(Kdamond, name);
        }

        public Kdamond Kdamond { get; }

        public KdamondTelemetry Telemetry { get; }
    }
}
