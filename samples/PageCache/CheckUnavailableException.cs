namespace Damon.Samples.PageCache;

/// <summary>A check does not work here; the message is one line that says why.</summary>
sealed class CheckUnavailableException(string message) : Exception(message);
