namespace Damon.Monitoring;

/// <summary>When one sample happened, in nanoseconds of the kdamond's clock.</summary>
/// <param name="PrepareStartNs">Preparing began: an access from here on may be seen.</param>
/// <param name="PrepareEndNs">Preparing ended: an access from here on must be seen.</param>
/// <param name="CheckStartNs">Checking began: an access up to here must be seen.</param>
/// <param name="CheckEndNs">Checking ended: an access up to here may be seen.</param>
public readonly record struct SamplingWindow(long PrepareStartNs, long PrepareEndNs, long CheckStartNs, long CheckEndNs);
