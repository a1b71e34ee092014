namespace Damon.Linux.KernelDamon.Ownership;

/// <summary>A file that was changed.</summary>
/// <param name="Path">Below the folder of the interface.</param>
/// <param name="Text">What is to be written for it to say what it said before.</param>
/// <param name="Written">What it says since it was changed; null where that does not tell whose change it is.</param>
sealed record ClaimedFile(string Path, string Text, string? Written = null);
