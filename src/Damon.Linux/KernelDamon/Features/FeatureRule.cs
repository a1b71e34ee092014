namespace Damon.Linux.KernelDamon.Features;

/// <summary>How to see whether a kernel has a feature.</summary>
/// <param name="Name">The name of the feature, without that of the interface.</param>
/// <param name="Since">The first version of Linux that has it.</param>
/// <param name="Place">The kind of folder that a file belongs to.</param>
/// <param name="File">
/// A file that came with the feature, below that folder; a text behind <c>=</c> has to be one of its lines. With <c>&gt;</c> in front the file came
/// with a later version: where it is, the feature is too, and where it is not, that tells nothing.
/// </param>
/// <param name="Before">A file that came with an earlier version: where it is not, the feature is not either.</param>
sealed record FeatureRule(string Name, string Since, FeaturePlace Place, string File, string? Before = null);
