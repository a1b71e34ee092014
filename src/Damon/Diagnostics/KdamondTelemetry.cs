using System.Diagnostics;
using System.Diagnostics.Metrics;
using Damon.Monitoring;
using Damon.Schemes;

namespace Damon.Diagnostics;

/// <summary>
/// Tells .NET's own diagnostics what a kdamond sees and costs: a <see cref="Meter"/> and an <see cref="ActivitySource"/>, both named <see cref="Name"/>.
/// <c>dotnet-counters monitor --counters Damon</c> shows the meter; OpenTelemetry takes both by <c>AddMeter("Damon")</c> and <c>AddSource("Damon")</c>.
/// </summary>
/// <remarks>
/// <para>Add it to <see cref="MonitoringContext.Observers"/> before the run, and dispose it afterwards: that takes its values off the meter. Without a listener
/// it looks at no region. With one, it goes over the regions once per aggregation interval and allocates nothing; a collector gets the
/// figures of the last interval.</para>
/// <para>Sizes are bytes of address space in regions, as everywhere here: where a region is mapped but nothing is in memory it counts as idle.</para>
/// <para>Meters, listeners and <see cref="Dispose"/> may come from any thread.</para>
/// </remarks>
public sealed class KdamondTelemetry : IKdamondObserver, IDisposable
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Damon";

    /// <summary>Name of the activity that a run is.</summary>
    public const string ActivityName = "damon.monitor";

    const int MostActivityEvents = 100;

    static readonly ActivitySource s_source = new(Name, Version);

    readonly Kdamond _kdamond;
    readonly ActivityContext _parent;
    readonly double _hotPercent;
    readonly Lock _gate = new();
    TargetFigures[] _targets = [];
    int _nrTargets;
    int? _nrRegions;
    Scheme[] _schemes = [];
    MonitoringAttributes? _attributes;
    Activity? _activity;
    int _nrActivityEvents;

    /// <summary>Begins to tell.</summary>
    /// <param name="kdamond">Whose run. Its observers get no new member by this.</param>
    /// <param name="contextName">Tells this run from others of the process: the value of the attribute <c>damon.context</c>.</param>
    /// <param name="hotPercent">From which share of the samples on memory counts as hot, in percent of the most that an interval can count, in (0,
    /// 100].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hotPercent"/> is not in (0, 100].</exception>
    public KdamondTelemetry(Kdamond kdamond, string contextName = "default", double hotPercent = 50)
    {
        ArgumentNullException.ThrowIfNull(kdamond);
        ArgumentNullException.ThrowIfNull(contextName);
        if (!(hotPercent > 0 && hotPercent <= 100))
        {
            throw new ArgumentOutOfRangeException(
                nameof(hotPercent),
                hotPercent,
                "The share from which on memory is hot must be above 0 and at most 100 percent.");
        }

        _kdamond = kdamond;
        _hotPercent = hotPercent;
        ContextName = contextName;
        _parent = Activity.Current?.Context ?? default;
        TelemetryMeter.Add(this);
    }

    /// <summary>The value of the attribute <c>damon.context</c>.</summary>
    public string ContextName { get; }

    internal static string Version { get; } = typeof(KdamondTelemetry).Assembly.GetName().Version?.ToString(3) ?? "0";

    internal KdamondStatistics Statistics => _kdamond.Statistics;

    /// <summary>Null before the first interval with a listener, and after the run.</summary>
    internal int? NrRegions
    {
        get
        {
            lock (_gate)
            {
                return _nrRegions;
            }
        }
    }

    /// <summary>As of the last interval: the list itself belongs to the thread that runs.</summary>
    internal Scheme[] Schemes => Volatile.Read(ref _schemes);

    /// <inheritdoc/>
    /// <remarks>Starts the activity of the run, if there is a listener. Its parent is the activity in which this object was made.</remarks>
    public bool BeforeStart(MonitoringContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        TakeSchemes(context);
        _activity = s_source.StartActivity(ActivityName, ActivityKind.Internal, _parent);
        if (_activity is { } activity)
        {
            // The thread has other business than the activity that it happens to be in.
            Activity.Current = null;
            activity.SetTag("damon.context", ContextName);
            activity.SetTag("damon.targets", context.Targets.Length);
            SetIntervals(activity, context.Attributes);
            _attributes = context.Attributes;
        }

        return true;
    }

    /// <inheritdoc/>
    public bool OnSnapshot(MonitoringContext context, Snapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(snapshot);
        if (_activity is { } activity && !ReferenceEquals(_attributes, context.Attributes) && _nrActivityEvents < MostActivityEvents)
        {
            _nrActivityEvents++;
            activity.AddEvent(new ActivityEvent("damon.attributes_changed", tags: new()
            {
                { "damon.sample_interval_us", context.Attributes.SampleUs },
                { "damon.aggregation_interval_us", context.Attributes.AggregationUs },
            }));
        }

        TakeSchemes(context);
        if (TelemetryMeter.IsEnabled)
        {
            lock (_gate)
            {
                Take(context.Attributes, snapshot);
            }
        }

        _attributes = context.Attributes;
        return true;
    }

    /// <inheritdoc/>
    public void BeforeTerminate(MonitoringContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        lock (_gate)
        {
            _nrTargets = 0;
            _nrRegions = null;
        }

        if (_activity is not { } activity)
        {
            return;
        }

        activity.SetTag("damon.samples", Statistics.NrSamples);
        activity.SetTag("damon.aggregations", Statistics.NrAggregations);
        activity.SetTag("damon.missed_ticks", Statistics.NrMissedTicks);
        activity.SetTag("damon.cpu_time_s", Statistics.CpuNs / 1e9);
        activity.Dispose();
        _activity = null;
    }

    /// <summary>Takes the values of this run off the meter.</summary>
    public void Dispose() => TelemetryMeter.Remove(this);

    internal void AddSizes(List<Measurement<long>> to, Func<TargetFigures, ulong> size)
    {
        lock (_gate)
        {
            for (int i = 0; i < _nrTargets; i++)
            {
                to.Add(new((long)Math.Min(size(_targets[i]), long.MaxValue), ContextTag, TargetTag(_targets[i].Id)));
            }
        }
    }

    internal void AddIdle(List<Measurement<long>> to)
    {
        lock (_gate)
        {
            for (int i = 0; i < _nrTargets; i++)
            {
                for (int bucket = 0; bucket < IdleAges.Count; bucket++)
                {
                    to.Add(
                        new(
                            (long)Math.Min(_targets[i].Idle[bucket], long.MaxValue),
                            ContextTag,
                            TargetTag(_targets[i].Id),
                            new("damon.idle.age", IdleAges.NameOf(bucket))));
                }
            }
        }
    }

    internal KeyValuePair<string, object?> ContextTag => new("damon.context", ContextName);

    static KeyValuePair<string, object?> TargetTag(Int128 id) => new("damon.target.id", (long)id);

    static void SetIntervals(Activity activity, MonitoringAttributes attributes)
    {
        activity.SetTag("damon.sample_interval_us", attributes.SampleUs);
        activity.SetTag("damon.aggregation_interval_us", attributes.AggregationUs);
        activity.SetTag("damon.update_interval_us", attributes.UpdateUs);
        activity.SetTag("damon.min_regions", attributes.MinNrRegions);
        activity.SetTag("damon.max_regions", attributes.MaxNrRegions);
    }

    void TakeSchemes(MonitoringContext context)
    {
        if (context.Policy is SchemeEngine engine && !engine.Has(_schemes))
        {
            Volatile.Write(ref _schemes, [.. engine.Schemes]);
        }
    }

    void Take(MonitoringAttributes attributes, Snapshot snapshot)
    {
        if (_targets.Length < snapshot.NrTargets)
        {
            int before = _targets.Length;
            Array.Resize(ref _targets, snapshot.NrTargets);
            for (int i = before; i < _targets.Length; i++)
            {
                _targets[i] = new TargetFigures();
            }
        }

        _nrTargets = snapshot.NrTargets;
        _nrRegions = snapshot.NrRegions;
        uint hot = (uint)Math.Max(Math.Ceiling(attributes.MaxNrAccesses * _hotPercent / 100), 1);
        for (int i = 0; i < _nrTargets; i++)
        {
            _targets[i].Take(snapshot[i], hot, attributes.AggregationUs);
        }
    }
}
