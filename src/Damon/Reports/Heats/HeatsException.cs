namespace Damon.Reports.Heats;

/// <summary>What was asked for cannot be shown; the message is one line for users.</summary>
internal sealed class HeatsException(string message) : Exception(message);
