namespace Damo.Demo;

/// <summary>Monitors for the demo and writes a record; the seam between what the demo shows and how it is seen.</summary>
interface IDemoMonitor
{
    /// <summary>Monitors until the time is over, the target is gone or the user interrupts, whichever comes first.</summary>
    /// <exception cref="Damo.CommandLine.UserErrorException">The target cannot be monitored or the record not written.</exception>
    DemoOutcome Run(DemoRequest request);
}
