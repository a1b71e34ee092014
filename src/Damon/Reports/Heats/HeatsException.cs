namespace Damon.Reports.Heats;

/// <summary>What was asked for cannot be shown; the message is one line for users.</summary>
sealed class HeatsException(string message) : Exception(message);
