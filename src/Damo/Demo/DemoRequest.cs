using Damon.Monitoring;

namespace Damo.Demo;

/// <summary>What the demo asks of a monitor.</summary>
/// <param name="Arguments">How long, where to, and the start of the random numbers.</param>
/// <param name="TargetId">The target: the pid of a process, or what stands for it.</param>
/// <param name="Range">The addresses to monitor in it.</param>
/// <param name="Observer">Looks on. Its times are those of the clock that the truth goes by.</param>
sealed record DemoRequest(DemoArguments Arguments, int TargetId, AddressRange Range, IKdamondObserver Observer);
