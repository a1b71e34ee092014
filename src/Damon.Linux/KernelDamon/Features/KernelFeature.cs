namespace Damon.Linux.KernelDamon.Features;

/// <summary>Whether this kernel's DAMON has a feature.</summary>
/// <param name="Name">The interface and the name, such as <c>sysfs/schemes_filters</c>.</param>
/// <param name="Supported">Null where that is unknown.</param>
/// <param name="Since">The first version of Linux that has it.</param>
/// <param name="Why">What it was told by, or why it cannot be told.</param>
sealed record KernelFeature(string Name, bool? Supported, string Since, string Why);
