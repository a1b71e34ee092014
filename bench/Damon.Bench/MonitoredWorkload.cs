using Damo.Workloads;
using Damon.Linux.AccessChecks;
using Damon.Linux.Engine;
using Damon.Linux.Operations;
using Damon.Monitoring;

namespace Damon.Bench;

/// <summary>
/// A workload and the operations that look at it, driven sample by sample without a kdamond: the regions stay as they are, so that
/// the same number of pages is checked each time.
/// </summary>
sealed class MonitoredWorkload : IDisposable
{
    readonly Linux.Engine.EngineRun _run = Linux.Engine.EngineRun.Create(AddressSpace.Virtual, new MonitoringAttributes(), new EngineOptions { Seed = 1 });
    readonly Target _target;

    /// <param name="workload">Belongs to this object from now on.</param>
    /// <param name="samplesPerRegion">Regions to make of each region of the workload.</param>
    public MonitoredWorkload(WorkloadProcess workload, int samplesPerRegion)
    {
        Workload = workload;
        _target = _run.Operations.OpenTarget(workload.Pid);
        Context.AddTarget(_target);
        SetSamples(samplesPerRegion);
        _run.Operations.Init(Context);
        Judge = NewJudge();
    }

    public WorkloadProcess Workload { get; }

    public IAccessChecker Checker => ((VirtualOperations)_run.Operations).Checker;

    public MonitoringContext Context => _run.Context;

    public SampleJudge Judge { get; private set; }

    /// <summary>Time in PrepareAccessChecks, summed, in nanoseconds.</summary>
    public long PrepareNs { get; private set; }

    /// <summary>Time in CheckAccesses, summed, in nanoseconds.</summary>
    public long CheckNs { get; private set; }

    /// <summary>CPU time of both, summed, in nanoseconds.</summary>
    public long CpuNs { get; private set; }

    public long NrTicks { get; private set; }

    public long NowNs => _run.Clock.NowNs;

    /// <summary>Forgets what was measured so far.</summary>
    public void Reset()
    {
        (PrepareNs, CheckNs, CpuNs, NrTicks) = (0, 0, 0, 0);
        Judge = NewJudge();
    }

    /// <summary>Cuts each region of the workload into so many regions of about the same size.</summary>
    public void SetSamples(int perRegion)
    {
        _target.Regions.Clear();
        foreach (ref readonly LoggedRegion region in Workload.Log.Regions)
        {
            ulong pages = region.Range.Size / Page.Size;
            for (ulong i = 0; i < (ulong)perRegion; i++)
            {
                ulong start = region.Range.Start + (pages * i / (ulong)perRegion * Page.Size);
                ulong end = region.Range.Start + (pages * (i + 1) / (ulong)perRegion * Page.Size);
                _target.Regions.Add(new Region(start, end));
            }
        }
    }

    /// <summary>One sample.</summary>
    /// <param name="deadlineNs">When it is to end; the next deadline on return.</param>
    /// <param name="intervalNs">Length of a sample.</param>
    /// <param name="judged">Whether <see cref="Judge"/> looks at it.</param>
    public void Tick(ref long deadlineNs, long intervalNs, bool judged)
    {
        long cpu = _run.Clock.ThreadCpuNs;
        long prepareStart = _run.Clock.NowNs;
        _run.Operations.PrepareAccessChecks(Context);
        long prepareEnd = _run.Clock.NowNs;
        CpuNs += _run.Clock.ThreadCpuNs - cpu;
        if (judged)
        {
            Judge.AfterSampling(Context);
        }

        // A tick that is gone is gone: no burst of short samples after a standstill.
        if (deadlineNs < prepareEnd)
        {
            deadlineNs = prepareEnd + intervalNs;
        }

        cpu = _run.Clock.ThreadCpuNs;
        _run.Clock.SleepUntil(deadlineNs);
        long checkStart = _run.Clock.NowNs;
        _run.Operations.CheckAccesses(Context);
        long checkEnd = _run.Clock.NowNs;
        CpuNs += _run.Clock.ThreadCpuNs - cpu;
        deadlineNs += intervalNs;
        PrepareNs += prepareEnd - prepareStart;
        CheckNs += checkEnd - checkStart;
        NrTicks++;
        if (judged)
        {
            Judge.AfterCheck(Context, new SamplingWindow(prepareStart, prepareEnd, checkStart, checkEnd));
        }
    }

    /// <summary>An aggregation interval is over.</summary>
    public void Aggregate()
    {
        Judge.AfterAggregation(Context);
        Judge.StartInterval();
    }

    SampleJudge NewJudge() => new(Workload.Log, Workload.Pid)
    {
        HeldWindow = Checker is PageTableChecker checker ? () => checker.LastHeldClear : null,
    };

    public void Dispose()
    {
        _run.Dispose();
        Workload.Dispose();
    }
}
