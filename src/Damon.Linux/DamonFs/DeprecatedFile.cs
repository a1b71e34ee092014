namespace Damon.Linux.DamonFs;

/// <summary><c>DEPRECATED</c>: one line for those who look.</summary>
sealed class DeprecatedFile(DamonFileSystem fileSystem) : DamonFsFile("DEPRECATED", fileSystem.NextId())
{
    /// <inheritdoc/>
    internal override byte[] Read(DamonFsCaller caller, CancellationToken token) =>
        "The debugfs interface of DAMON is deprecated: kernels since 6.14 have only the one in sysfs.\n"u8.ToArray();
}
