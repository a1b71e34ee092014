namespace Damon.Linux.Tests.Fuse;

/// <summary>Tests that count the descriptors or the children of this process, so nothing else may run beside them.</summary>
[CollectionDefinition("Descriptors are counted", DisableParallelization = true)]
public sealed class DescriptorCount;
