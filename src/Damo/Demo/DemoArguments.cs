namespace Damo.Demo;

/// <summary>The command line of <c>damo demo</c>.</summary>
/// <param name="Duration">How long to monitor.</param>
/// <param name="Output">Where to write the record, as an absolute path.</param>
/// <param name="Simulated">Whether to monitor a simulated address space instead of a process.</param>
/// <param name="Seed">Starts the random numbers.</param>
sealed record DemoArguments(TimeSpan Duration, string Output, bool Simulated, ulong Seed);
