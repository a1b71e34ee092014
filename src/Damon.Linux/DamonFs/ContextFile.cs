namespace Damon.Linux.DamonFs;

/// <summary>A file that belongs to one context.</summary>
abstract class ContextFile(string name, DamonFileSystem fileSystem, DamonFsContext context) : DamonFsFile(name, fileSystem.NextId())
{
    private protected DamonFileSystem FileSystem { get; } = fileSystem;

    private protected DamonFsContext Context { get; } = context;

    private protected DamonFsEra Era => FileSystem.Era;
}
