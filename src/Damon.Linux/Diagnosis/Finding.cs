namespace Damon.Linux.Diagnosis;

/// <summary>One thing that this machine can or cannot do for monitoring.</summary>
/// <param name="Group">What it belongs to, such as <c>access checks</c>.</param>
/// <param name="Name">What was looked at.</param>
/// <param name="Works">Whether it works; null for a plain fact.</param>
/// <param name="Detail">What was found: what it can see, or why it does not work.</param>
/// <param name="Remedy">What to do for it to work; null when nothing is to be done.</param>
sealed record Finding(string Group, string Name, bool? Works, string Detail, string? Remedy = null);
