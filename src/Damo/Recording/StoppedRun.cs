namespace Damo.Recording;

/// <summary>A run that was told to end.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="Command">Its command line.</param>
/// <param name="HasEnded">Whether it ended in time.</param>
sealed record StoppedRun(int Pid, string Command, bool HasEnded);
