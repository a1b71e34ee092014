using Damon.Monitoring;

namespace Damo.Demo;

/// <summary>What a monitor tells the demo in the end.</summary>
/// <param name="AccessCheck">Name of the access check that was used.</param>
/// <param name="Attributes">The attributes that were asked for.</param>
/// <param name="Statistics">What it did and cost.</param>
/// <param name="ExitCode">What the process is to end with.</param>
sealed record DemoOutcome(string AccessCheck, MonitoringAttributes Attributes, KdamondStatistics Statistics, int ExitCode = (int)CommandLine.ExitCode.Done);
